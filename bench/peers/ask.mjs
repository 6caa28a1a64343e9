// Reads one question a line, writes "milliseconds CPU-milliseconds bytes" and then that many bytes of answer.
import { createInterface } from 'node:readline';

export async function answer(run) {
  process.stdout.write('ready\n');
  for await (const question of createInterface({ input: process.stdin })) {
    const cpu = process.cpuUsage();
    const begin = process.hrtime.bigint();
    const rows = await run(question);
    const ms = Number(process.hrtime.bigint() - begin) / 1e6;
    const used = process.cpuUsage(cpu);
    const bytes = Buffer.from(rows);
    process.stdout.write(`${ms} ${(used.user + used.system) / 1000} ${bytes.length}\n`);
    process.stdout.write(bytes);
  }
}
