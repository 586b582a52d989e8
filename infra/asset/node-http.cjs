// As an ES module, node:http evaluates all that it exports, and so loads undici, which takes longer than all of our own code. Taken so, it
// evaluates what is asked for.
module.exports = process.getBuiltinModule('node:http');
