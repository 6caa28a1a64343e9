// The newer ClickHouse, in this process.
//   chdb.mjs load FOLDER < statements, one a line, "CPU" says what was used so far, SELECTs are printed
//   chdb.mjs ask FOLDER
import { readFileSync } from 'node:fs';
import { Session } from 'chdb';
import { answer } from './ask.mjs';

const [what, folder] = process.argv.slice(2);
const session = new Session(folder);
if (what === 'load') {
  for (const statement of readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
    if (statement === 'CPU') {
      const used = process.cpuUsage();
      console.log(`CPU\t${(used.user + used.system) / 1e6}`);
    } else {
      process.stdout.write(session.query(statement, 'TabSeparatedRaw'));
    }
  }
} else {
  session.query('SELECT 1 FROM log LIMIT 0', 'TabSeparatedRaw');
  await answer((sql) => session.query(sql, 'TabSeparatedRaw'));
}
