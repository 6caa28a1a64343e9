// The words of which the generator makes names, titles and paths.
#pragma once

#include <string_view>

namespace yagura::bench::words {

inline constexpr std::string_view surnames[] = {
    "佐藤",   "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林",   "加藤", "吉田", "山田",
    "佐々木", "山口", "松本", "井上", "木村", "林",   "斎藤", "清水", "山崎",   "森",   "池田", "橋本",
    "阿部",   "石川", "山下", "中島", "石井", "小川", "前田", "岡田", "長谷川", "藤田", "後藤", "近藤",
    "村上",   "遠藤", "青木", "坂本", "斉藤", "福田", "太田", "西村", "藤井",   "金子", "岡本", "藤原",
    "三浦",   "中野", "原田", "中川", "松田", "竹内", "小野", "田村", "中山",   "和田", "石田", "森田",
    "上田",   "原",   "柴田", "酒井", "工藤", "横山", "宮崎", "宮本", "内田",   "高木", "安藤", "谷口",
    "大野",   "丸山", "今井", "河野", "藤本", "村田", "武田", "上野", "杉山",   "増田", "小島", "大塚",
    "千葉",   "久保", "松井", "小山", "岩崎", "桜井", "野口", "松尾", "野村",   "木下", "菊地", "佐野",
    "大西",   "杉本", "新井", "浜田"};
inline constexpr std::string_view given_names[] = {
    "太郎",   "健一", "誠",     "翔太", "大輔", "直樹", "美咲", "陽子", "裕子", "恵",
    "真由美", "愛",   "さくら", "優子", "達也", "浩二", "隆",   "茂",   "博",   "明",
    "千尋",   "彩",   "由美",   "香織", "智子", "和也", "拓也", "亮",   "剛",   "学"};
inline constexpr std::string_view company_suffixes[] = {"製作所",
                                                        "商事",
                                                        "工業",
                                                        "電機",
                                                        "建設",
                                                        "運輸",
                                                        "物産",
                                                        "興業",
                                                        "精機",
                                                        "化学",
                                                        "食品",
                                                        "薬品",
                                                        "印刷",
                                                        "繊維",
                                                        "金属",
                                                        "通商",
                                                        "不動産",
                                                        "設備",
                                                        "技研",
                                                        "産業",
                                                        "システム",
                                                        "情報サービス",
                                                        "エンジニアリング",
                                                        "ホールディングス",
                                                        "ロジスティクス",
                                                        "フーズ",
                                                        "マテリアル",
                                                        "テクノ",
                                                        "デザイン",
                                                        "プランニング",
                                                        "電子",
                                                        "鉄工所",
                                                        "水産",
                                                        "農園",
                                                        "酒造",
                                                        "紙業",
                                                        "硝子",
                                                        "木材",
                                                        "石油",
                                                        "ガス"};
inline constexpr std::string_view documents[] = {
    "見積書",   "請求書",     "議事録", "報告書", "稟議書",         "仕様書",  "設計書",     "契約書",
    "企画書",   "提案書",     "発注書", "納品書", "点検表",         "予算案",  "工程表",     "名簿",
    "集計表",   "売上管理表", "勤怠表", "手順書", "操作マニュアル", "申請書",  "顧客リスト", "在庫一覧",
    "会議資料", "月次報告",   "週報",   "日報",   "図面",           "現場写真"};
inline constexpr std::string_view extensions[] = {
    "xlsx", "xlsx", "docx", "docx", "docx", "docx", "docx", "pdf",  "pptx", "pptx",
    "xlsx", "pdf",  "xlsx", "xlsx", "xlsx", "xlsx", "xlsx", "xlsx", "xlsx", "docx",
    "pdf",  "docx", "csv",  "csv",  "pptx", "docx", "docx", "docx", "dwg",  "jpg"};
inline constexpr std::string_view projects[] = {"次期基幹システム更改",
                                                "新工場建設",
                                                "海外拠点展開",
                                                "人事制度改定",
                                                "情報セキュリティ強化",
                                                "原価低減活動",
                                                "品質改善",
                                                "販売管理刷新",
                                                "倉庫移転",
                                                "電子帳簿保存対応",
                                                "働き方改革推進",
                                                "採用計画",
                                                "新製品開発",
                                                "サーバ更改",
                                                "内部統制整備",
                                                "環境監査",
                                                "設備保全",
                                                "研修計画",
                                                "展示会準備",
                                                "決算対応",
                                                "収支計画",
                                                "業務見直し",
                                                "直販強化",
                                                "支店再編"};
inline constexpr std::string_view versions[] = {"",      "",          "",        "",        "_v1",     "_v2",
                                                "_v3",   "_v4",       "_最終",   "_修正版", "_確認済", "_案",
                                                "（1）", " - コピー", "_送付用", "_社外秘"};
inline constexpr std::string_view folders[] = {
    "01_共有",       "02_案件",   "03_顧客別",   "04_予算", "05_議事録", "06_報告書",   "07_契約",
    "08_マニュアル", "09_作業中", "10_旧データ", "11_申請", "12_図面",   "90_個人作業", "99_アーカイブ"};
inline constexpr std::string_view subfolders[] = {
    "2021年度", "2022年度", "2023年度", "2024年度", "2025年度",     "4月",    "5月", "6月",
    "完了",     "進行中",   "承認待ち", "参考資料", "テンプレート", "提出済", "回覧"};
inline constexpr std::string_view divisions[] = {
    "営業本部",       "製造本部",     "開発本部", "管理本部",   "品質保証本部", "物流本部",
    "情報システム部", "海外事業本部", "購買部",   "人事総務部", "経営企画室",   "法務部"};
inline constexpr std::string_view sections[] = {"第一課", "第二課", "第三課", "企画課", "推進グループ"};
inline constexpr std::string_view sites[] = {"TKY", "OSK", "NGY", "FUK", "SPR",
                                             "SDI", "HRS", "KYT", "YKH", "KBE"};
inline constexpr std::string_view search_words[] = {
    "価格",   "比較",         "使い方",     "設定", "方法",   "エラー", "対処",     "最新",       "ニュース",
    "天気",   "乗換",         "地図",       "求人", "法改正", "助成金", "為替",     "株価",       "関数",
    "書式",   "印刷できない", "パスワード", "変更", "手続き", "控除",   "年末調整", "インボイス", "電子署名",
    "翻訳",   "英語",         "メール",     "例文", "敬語",   "会議室", "予約",     "出張",       "ホテル",
    "新幹線", "レンタカー",   "弁当",       "配達", "部品",   "型番",   "図面",     "規格",       "寸法",
    "材質",   "耐熱",         "防水",       "安全", "基準"};
inline constexpr std::string_view page_titles[] = {
    "製品情報",     "お知らせ",     "ログイン", "検索結果一覧", "会社概要",   "採用情報",   "よくある質問",
    "お問い合わせ", "ダウンロード", "価格表",   "導入事例",     "サポート",   "マイページ", "注文履歴",
    "ランキング",   "特集",         "技術資料", "カタログ",     "統計データ", "入札情報"};
inline constexpr std::string_view programs[] = {
    "EXCEL.EXE",    "chrome.exe",   "OUTLOOK.EXE",    "msedge.exe",  "explorer.exe",     "WINWORD.EXE",
    "POWERPNT.EXE", "ms-teams.exe", "AcroRd32.exe",   "notepad.exe", "hidemaru.exe",     "sakura.exe",
    "TARO.EXE",     "OBCKanjo.exe", "KyuyoBugyo.exe", "acad.exe",    "jw_win.exe",       "mspaint.exe",
    "7zFM.exe",     "WinSCP.exe",   "Zoom.exe",       "slack.exe",   "firefox.exe",      "FileMaker.exe",
    "MSACCESS.EXE", "cmd.exe",      "powershell.exe", "mstsc.exe",   "SnippingTool.exe", "CalculatorApp.exe"};
inline constexpr std::string_view actions[] = {
    "window-title", "file-open",  "file-write", "file-create", "file-copy", "file-rename", "file-delete",
    "print",        "web-access", "web-upload", "mail-send",   "app-start", "app-exit",    "usb-insert",
    "usb-copy",     "usb-remove", "logon",      "logoff",      "lock",      "unlock"};

}  // namespace yagura::bench::words
