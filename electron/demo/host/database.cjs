// The demo's database: PGlite (PostgreSQL as WebAssembly, in memory) in a worker thread, because starting it takes the
// processor for some seconds. It takes messages of PostgreSQL's protocol, one after the other, and gives the answers.
const { parentPort, workerData } = require('node:worker_threads');
const { PGlite } = require(workerData.pglite);

const started = PGlite.create().then(async (database) => {
  await database.exec(workerData.sql);
  return database;
});
let turn = started;
parentPort.on('message', ({ number, message }) => {
  turn = turn
    .then(() => started)
    .then((database) => database.execProtocolRaw(message, { syncToFs: false }))
    .then(
      (answer) => parentPort.postMessage({ number, answer }),
      (error) => parentPort.postMessage({ number, failed: String(error) }),
    );
});
