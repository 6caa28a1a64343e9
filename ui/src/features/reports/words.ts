import { catalogue } from "../../i18n/words";

export const reportWords = catalogue({
  title: ["報告書", "Reports"],
  lead: ["月ごとの報告書を作って、Word・Excel・PDF で受け取れます。", "Make a month's report and take it as Word, Excel or PDF."],
  none: ["作った報告書はまだありません", "No report has been made yet"],
  make: ["報告書を作る", "Make the report"],
  month: ["対象の月", "Month"],
  partial: ["この月はまだ終わっていません。作った時刻までの途中経過になり、表紙と各ページにそう書かれます。", "This month is not over. The report goes up to the moment it is made, and says so on its cover and on every page."],
  making: ["{month} の報告書を作っています", "Making the report of {month}"],
  made: ["{month} の報告書ができました", "The report of {month} is ready"],
  name: ["報告書", "Report"],
  madeAt: ["作った時刻", "Made"],
  by: ["作った人", "By"],
  files: ["受け取る", "Download"],
  failed: ["作れませんでした", "Failed"],
  stillMaking: ["作成中", "Being made"],
  sum: ["確認用の値", "Check sums"],
  sumLead: ["同じ月の報告書は、いつ作っても同じ値になります。", "The same month gives the same values whenever it is made."],
  journalRoot: ["操作の記録の根", "Journal root"],
  show: ["確認用の値を見る", "Show the check sums"],
});
