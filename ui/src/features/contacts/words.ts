import { catalogue } from "../../i18n/words";

export const contactWords = catalogue({
  title: ["連絡網", "Contact tree"],
  lead: ["アラートが起きたとき、だれにどの順で知らせるかです。順番は契約の設定、人は連絡先の台帳で決まります。", "Who is told of an alert, in which order. The contract sets the order, the contacts ledger the people."],
  toLedger: ["連絡先の台帳を開く", "Open the contacts ledger"],
  calls: ["いまかける電話", "Calls to make now"],
  noCalls: ["かける電話はありません", "No call to make"],
  none: ["連絡網が設定されていません", "No contact tree is set"],
  active: ["いま有効", "In use now"],
  when: ["使うとき", "Used"],
  severities: ["対象の重大度", "For severities"],
  step: ["{n} 番目", "Step {n}"],
  atOnce: ["続けてすぐ次へ", "goes on at once"],
  wait: ["応答がなければ {n} 分後に次へ", "goes on after {n} min without an answer"],
  mail: ["メール", "Mail"],
  phone: ["電話", "Phone"],
  webhook: ["システム通知", "Webhook"],
  nobody: ["この番の人が台帳にいません。連絡先の台帳に加えてください。", "Nobody in the ledger stands for this step. Add a contact."],
});
