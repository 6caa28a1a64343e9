// Writes a PC operation log as it could be, the same one for the same numbers: 12 columns with tabs between,
// UTF-8, in order of time (ts_ms pc user section action app title path drive usb url bytes).
//   generate_operation_log [--rows N] [--seed N] [--days N] [--start-ms MS]  > FILE        counts go to
//   stderr
//
// What it is: invented, not anybody's log. 9,000 people of lognormal activity in 60 sections on 10,000 PCs
// (one in ten shared), over a Japanese working day; bursts of some 4 events of one person within a minute
// that stay with one program and document (35 % change each time). Documents: 55 % of the person's own 300,
// 30 % of the section's 5,000, 15 % never seen before, with names of 8,000 companies × 30 types × dates ×
// versions. Web: 20,000 sites, 200,000 pages, four in ten addresses with a random number of 16 digits. Which
// is popular is Zipf's. Two rare fragments are hidden: 鳳凰計画 in 37 rows, 収支見直 (all of whose pairs of
// characters are common) in 19. What it is not: real people repeat themselves more and in more ways, and real
// paths are longer. Sizes and times are drawn independently, which no store can pack; so bytes a record here
// are rather too many than too few.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <span>

#include "office.hpp"
#include "words.hpp"

namespace yagura::bench {
namespace {

using words::search_words;

enum Action : std::uint8_t {
  window_title,
  file_open,
  file_write,
  file_create,
  file_copy,
  file_rename,
  file_delete,
  print,
  web_access,
  web_upload,
  mail_send,
  app_start,
  app_exit,
  usb_insert,
  usb_copy,
  usb_remove,
  logon,
  logoff,
  lock,
  unlock
};
static_assert(std::size(words::actions) == unlock + 1);

struct Options {
  std::uint64_t rows = 20'000'000, seed = 1, days = 30, start = 1748703600000;  // 2025-06-01 in Japan
};

struct Row {
  std::uint64_t at = 0, bytes = 0;
  std::uint32_t user = 0, pc = 0, arrival = 0;
  Action action = window_title;
  std::string app, title, path, drive, usb, url;
};

// What somebody is at.
struct Doing {
  enum Type : std::uint8_t { document, browser, mail, chat, explorer, other, nothing };
  Type type = nothing;
  std::string app;
  Document file;
  std::uint32_t host = 0, page = 0, partner = 0;
};

// How much happens in each minute: weekdays, hours, a little chance.
std::vector<double> minutes(const Options& options, Chance& chance, double& sum) {
  constexpr double hours[] = {.03, .02, .02, .02, .02, .03, .06, .2,  .75, 1,   1,   .95,
                              .45, .95, 1,   1,   .95, .8,  .45, .25, .15, .08, .05, .04};
  std::vector<double> out;
  for (std::uint64_t day = 0; day < options.days; ++day) {
    const auto weekday = ((options.start / 1000 + 9 * 3600) / 86400 + day + 4) % 7;
    const double week = weekday == 0 || weekday == 6 ? 0.05 : 1;
    for (std::uint32_t minute = 0; minute < 1440; ++minute) {
      const double part = (minute % 60) / 60.0;
      const double busy = hours[minute / 60] * (1 - part) + hours[(minute / 60 + 1) % 24] * part;
      out.push_back(busy * week * (0.9 + 0.2 * chance.uniform()));
      sum += out.back();
    }
  }
  return out;
}

class Generator {
 public:
  explicit Generator(const Options& options)
      : options_(options), chance_(options.seed), office_(options.seed, chance_), doing_(users) {
    minutes_ = minutes(options_, chance_, sum_);
    Chance hidden(options_.seed ^ 0xA5A5U);
    const auto place = [&] {
      return static_cast<std::uint64_t>(hidden.uniform() * static_cast<double>(options_.rows));
    };
    for (int i = 0; i < 37; ++i) hidden_[place()] = i % 5;
    for (int i = 0; i < 19; ++i) hidden_[place()] = 5 + i % 3;
  }

  void run() {
    double due = 0;
    for (std::size_t m = 0; m < minutes_.size() && done_ < options_.rows; ++m) {
      due += static_cast<double>(options_.rows) * minutes_[m] / sum_;
      const auto target =
          m + 1 == minutes_.size() ? options_.rows : std::min(options_.rows, static_cast<std::uint64_t>(due));
      rows_.clear();
      while (done_ + rows_.size() < target) burst(options_.start + m * 60'000, target - done_ - rows_.size());
      std::ranges::sort(rows_, {}, [](const Row& row) { return std::pair(row.at, row.arrival); });
      for (auto& row : rows_) write(row);
      if (out_.size() > 1U << 20U) flush();
    }
    flush();
    fmt::print(stderr, "rows {}\n", done_);
    for (std::size_t i = 0; i < std::size(words::actions); ++i)
      fmt::print(stderr, "{:<13} {:10}\n", words::actions[i], counts_[i]);
  }

 private:
  void burst(std::uint64_t minute, std::uint64_t most) {
    const bool usb = chance_.uniform() < .0015;
    std::uint32_t who = 0, device = 0;
    if (usb) {
      device = usb_.pick(chance_);
      who = office_.usb_owner[device];
      if (chance_.uniform() < .2) who = colleague(who);
    } else {
      who = office_.activity.pick(chance_);
    }
    const auto& user = office_.people[who];
    const auto pc =
        chance_.uniform() < .95 ? user.pc : users + (user.department * 17 + chance_.below(17)) % 1000;
    auto at = minute + chance_.below(50000);
    const int count = usb ? 2 + chance_.geometric(6) : chance_.geometric(4);
    for (int i = 0; i < count && most > 0; ++i, --most) {
      Row row;
      row.user = who;
      row.pc = pc;
      at += 20 + chance_.below(usb ? 900 : 2500);
      row.at = std::min(at, minute + 59999);
      if (usb)
        usb_event(row, device, i == 0, i == count - 1);
      else
        event(row);
      row.arrival = static_cast<std::uint32_t>(rows_.size());
      rows_.push_back(std::move(row));
    }
  }

  void usb_event(Row& row, std::uint32_t device, bool first, bool last) {
    row.app = "explorer.exe";
    row.usb = office_.usb_serials[device];
    row.drive = device % 3 != 0 ? "E:" : "F:";
    row.action = first ? usb_insert : last ? usb_remove : usb_copy;
    if (row.action != usb_copy) return;
    auto& now = doing_[row.user];
    now.file = new_document(row.user);
    row.path = now.file.path;
    row.bytes = chance_.lognormal(12, 1.8);
  }

  void event(Row& row) {
    auto& now = doing_[row.user];
    if (chance_.uniform() < .016) {
      row.action = static_cast<Action>(logon + chance_.below(4));
      row.app = row.action <= logoff ? "winlogon.exe" : "LogonUI.exe";
      return;
    }
    if (now.type == Doing::nothing || chance_.uniform() < .35) change(row.user);
    row.app = now.app;
    const double x = chance_.uniform();
    row.action = action(now.type, x);
    fill(row, now, x);
  }

  static Action action(Doing::Type type, double x) {
    switch (type) {
      case Doing::document:
        return x < .42   ? window_title
               : x < .62 ? file_open
               : x < .76 ? file_write
               : x < .81 ? file_copy
               : x < .86 ? file_create
               : x < .89 ? file_rename
               : x < .93 ? file_delete
               : x < .96 ? print
               : x < .98 ? app_start
                         : app_exit;
      case Doing::browser:
        return x < .45    ? window_title
               : x < .93  ? web_access
               : x < .96  ? file_create
               : x < .97  ? web_upload
               : x < .985 ? app_start
                          : app_exit;
      case Doing::mail:
        return x < .75   ? window_title
               : x < .85 ? mail_send
               : x < .94 ? file_create
               : x < .97 ? app_start
                         : app_exit;
      case Doing::chat:
        return x < .92 ? window_title : x < .96 ? file_open : file_create;
      case Doing::explorer:
        return x < .30   ? window_title
               : x < .58 ? file_copy
               : x < .72 ? file_rename
               : x < .92 ? file_delete
                         : file_open;
      default:
        return x < .84 ? window_title : x < .90 ? print : x < .95 ? app_start : app_exit;
    }
  }

  void fill(Row& row, Doing& now, double x) {
    const auto& user = office_.people[row.user];
    const auto& section = office_.department_names[user.department];
    switch (row.action) {
      case window_title:
        row.title = title(now, user, x);
        break;
      case web_access:
      case web_upload:
        visit(row, now);
        break;
      case mail_send:
        row.title = "RE: " + now.file.base + "の件";
        row.url = "mailto:" + office_.people[now.partner].mail;
        row.bytes = chance_.lognormal(10, 1.5);
        break;
      case print:
        row.title = now.type == Doing::document ? now.file.full : "帳票出力";
        row.drive = "PRN-" + section;
        row.path = now.type == Doing::document ? now.file.path : "";
        row.bytes = 1 + chance_.below(20);
        break;
      case file_open:
      case file_write:
      case file_create:
      case file_rename:
      case file_delete:
      case file_copy:
        if (now.file.path.empty() || now.type == Doing::browser) now.file = new_document(row.user);
        row.path = now.file.path;
        if (row.action == file_copy) {
          constexpr const char* drives[] = {"Z:", "Y:", "D:", "C:", "S:"};
          row.drive = drives[chance_.below(5)];
        }
        if (row.action != file_delete && row.action != file_rename) row.bytes = chance_.lognormal(11, 1.8);
        break;
      default:
        break;
    }
  }

  static const char* browser_name(const Doing& now) {
    if (now.type != Doing::browser) return "";
    return now.app[0] == 'c'   ? " - Google Chrome"
           : now.app[0] == 'm' ? " - Microsoft Edge"
                               : " — Mozilla Firefox";
  }

  std::string title(const Doing& now, const User& user, double x) {
    switch (now.type) {
      case Doing::document:
        return now.file.base + (now.app == "EXCEL.EXE"      ? ".xlsx - Excel"
                                : now.app == "WINWORD.EXE"  ? " - Word"
                                : now.app == "POWERPNT.EXE" ? " - PowerPoint"
                                : now.app == "acad.exe"     ? ".dwg - AutoCAD LT 2023"
                                                            : " - Adobe Acrobat Reader (64-bit)");
      case Doing::browser: {
        if (chance_.uniform() >= .10)
          return page_title(now.page, now.host, office_.host_names[now.host]) + browser_name(now);
        const auto third = words::surnames[chance_.below(std::size(words::surnames))];
        const auto second = search_words[chance_.below(std::size(search_words))];
        const auto first = search_words[chance_.below(std::size(search_words))];
        return fmt::format("{} {} {} - Google 検索{}", first, second, third, browser_name(now));
      }
      case Doing::mail:
        if (x < .4) return "受信トレイ - " + user.mail + " - Outlook";
        return (chance_.uniform() < .6 ? "RE: " : "FW: ") + now.file.base + "の件 - メッセージ (HTML 形式)";
      case Doing::chat:
        return "チャット | " + office_.people[now.partner].name + " | Microsoft Teams";
      case Doing::explorer: {
        const auto& path = now.file.path;
        const auto end = path.rfind('\\'), begin = path.rfind('\\', end - 1);
        return path.substr(begin + 1, end - begin - 1);
      }
      default:
        return fmt::format("業務メニュー - {} [{}]",
                           words::page_titles[now.page % std::size(words::page_titles)],
                           office_.department_names[user.department]);
    }
  }

  void visit(Row& row, Doing& now) {
    constexpr const char* parts[] = {"news", "product", "item",   "search",  "doc",
                                     "faq",  "user",    "api/v1", "article", "catalog"};
    const auto& host = office_.host_names[now.host];
    row.title = page_title(now.page, now.host, host) + browser_name(now);
    const auto h = scramble(now.page * 3 + 1);
    row.url = fmt::format("https://{}/{}/{}", host, parts[h % 10], now.page);
    if (chance_.uniform() < .4)
      row.url += fmt::format("?id={:016x}", chance_.next());
    else if ((h >> 8U & 1U) != 0)
      row.url += "/index.html";
    row.bytes = chance_.lognormal(row.action == web_access ? 9.5 : 11, 1.5);
    if (chance_.uniform() < .3) now.page = page_.pick(chance_);
    if (row.action == web_upload) row.path = now.file.path;
  }

  void change(std::uint32_t who) {
    auto& now = doing_[who];
    const double x = chance_.uniform();
    if (x < .45) {
      now.type = Doing::document;
      now.file = new_document(who);
      now.app = program_of(now.file.full);
    } else if (x < .70) {
      now.type = Doing::browser;
      now.app = who % 10 < 6 ? "chrome.exe" : who % 10 < 9 ? "msedge.exe" : "firefox.exe";
      now.host = host_.pick(chance_);
      now.page = page_.pick(chance_);
    } else if (x < .82) {
      now.type = Doing::mail;
      now.app = "OUTLOOK.EXE";
      now.partner = chance_.below(users);
      now.file = new_document(who);
    } else if (x < .90) {
      now.type = Doing::chat;
      now.app = "ms-teams.exe";
      now.partner = colleague(who);
      now.file = new_document(who);
    } else if (x < .95) {
      now.type = Doing::explorer;
      now.app = "explorer.exe";
      now.file = new_document(who);
    } else {
      now.type = Doing::other;
      const auto program = own_program_.pick(chance_);
      now.app =
          program < 21 ? std::string(words::programs[9 + program]) : fmt::format("GYOMU{:03}.EXE", program);
      now.page = chance_.below(40);
    }
  }

  std::uint32_t colleague(std::uint32_t who) {
    const auto& all = office_.members[office_.people[who].department];
    return all[chance_.below(all.size())];
  }

  Document new_document(std::uint32_t who) {
    const auto& user = office_.people[who];
    const auto kind = chance_.below(100);
    if (kind < 55) return office_.document((std::uint64_t{who} << 12U) + own_.pick(chance_), user);
    if (kind < 85)
      return office_.document((1ULL << 36U) + user.department * 8192ULL + section_.pick(chance_), user);
    return office_.document(never_seen_++, user);
  }

  void write(Row& row) {
    const auto& user = office_.people[row.user];
    const auto& section = office_.department_names[user.department];
    if (const auto at = hidden_.find(done_); at != hidden_.end()) hide(row, at->second, section);
    ++counts_[row.action];
    ++done_;
    fmt::format_to(std::back_inserter(out_), "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", row.at,
                   office_.pc_names[row.pc], user.id, section, words::actions[row.action], row.app, row.title,
                   row.path, row.drive, row.usb, row.url, row.bytes);
  }

  void hide(Row& row, int which, const std::string& section) {
    constexpr const char* names[] = {
        "第3期鳳凰計画書案_最終.docx",     "20250412_鳳凰計画概要（社外秘）.pptx",
        "（写）鳳凰計画_設計図面一式.zip", "鳳凰計画収支.xlsx",
        "役員会資料_鳳凰計画について.pdf", "2025年度_収支見直案.xlsx",
        "【報告書】収支見直_0610.docx",    "部門別収支見直し一覧.pdf"};
    const bool copied = which < 5 ? which % 2 == 0 : which % 2 == 1;
    row.action = copied ? file_copy : file_open;
    row.app = "explorer.exe";
    row.title = row.url = row.usb = "";
    row.drive = copied ? "E:" : "";
    row.path = fmt::format("\\\\fs07\\{}$\\01_共有\\2025年度\\{}", section, names[which]);
    row.bytes = chance_.lognormal(12, 1);
  }

  void flush() {
    std::fwrite(out_.data(), 1, out_.size(), stdout);
    out_.clear();
  }

  const Options options_;
  Chance chance_;
  const Office office_;
  std::vector<Doing> doing_;
  std::vector<double> minutes_;
  double sum_ = 0;
  const Weighted own_ = Weighted::zipf(300, 1), section_ = Weighted::zipf(5000, 1),
                 usb_ = Weighted::zipf(usb_devices, .9), host_ = Weighted::zipf(hosts, 1),
                 page_ = Weighted::zipf(pages, 1), own_program_ = Weighted::zipf(270, 1);
  std::uint64_t never_seen_ = 1ULL << 40U, done_ = 0;
  std::map<std::uint64_t, int> hidden_;  // row, which name
  std::vector<Row> rows_;
  std::string out_;
  std::uint64_t counts_[std::size(words::actions)] = {};
};

}  // namespace
}  // namespace yagura::bench

int main(int count, char** arguments) {
  yagura::bench::Options options;
  const std::span all(arguments, static_cast<std::size_t>(count));
  for (std::size_t i = 1; i + 1 < all.size(); i += 2) {
    const std::string_view word = all[i];
    const auto value = std::strtoull(all[i + 1], nullptr, 10);
    (word == "--rows"   ? options.rows
     : word == "--seed" ? options.seed
     : word == "--days" ? options.days
                        : options.start) = value;
  }
  yagura::bench::Generator(options).run();
}
