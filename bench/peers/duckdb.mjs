// DuckDB in this process.
//   duckdb.mjs load FOLDER < statements, one a line
//   duckdb.mjs ask FOLDER          questions whose answer is one column
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { answer } from './ask.mjs';

const [what, folder] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:', { temp_directory: `${folder}/temporary` });
const connection = await instance.connect();
if (what === 'load') {
  for (const statement of readFileSync(0, 'utf8').split('\n').filter(Boolean)) await connection.run(statement);
} else {
  await connection.run('SET parquet_metadata_cache = true');
  await answer(async (sql) => {
    const found = await connection.runAndReadAll(sql);
    return found.getRows().map((row) => `${row[0]}\n`).join('');
  });
}
