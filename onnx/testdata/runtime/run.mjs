// Runs ONNX Runtime on the models of a folder: run.mjs FOLDER
//
// For each name.onnx, name.json holds the samples as an array of rows. The
// outputs go to standard output, one line {"name": ..., "output": rows} each.
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ort from 'onnxruntime-web';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';
const folder = process.argv[2];
for (const file of fs.readdirSync(folder).filter(f => f.endsWith('.onnx'))) {
  const name = path.basename(file, '.onnx');
  const rows = JSON.parse(fs.readFileSync(path.join(folder, name + '.json')));
  let output, error;
  try {
    const session = await ort.InferenceSession.create(fs.readFileSync(path.join(folder, file)));
    const x = new ort.Tensor('float32', Float32Array.from(rows.flat()), [rows.length, rows[0].length]);
    const y = (await session.run({input: x})).output;
    const columns = y.dims[1];
    output = rows.map((_, i) => Array.from(y.data.slice(i * columns, (i + 1) * columns)));
  } catch (e) {
    error = String(e);
  }
  console.log(JSON.stringify({name, output, error}));
}
