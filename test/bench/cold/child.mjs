// One cold start, as AWS's runtime client begins it: imports the module that it is named. Tells what that took. Plain JavaScript: stripping
// types would be part of the start.
const cpu = process.cpuUsage();
const began = performance.now();
const { handler } = await import(process.argv[2]);
const ms = performance.now() - began;
const { user, system } = process.cpuUsage(cpu);
if (typeof handler !== 'function') throw new Error(`${process.argv[2]} exports no handler`);
process.stdout.write(JSON.stringify({ ms, cpuMs: (user + system) / 1_000 }));
process.exit();
