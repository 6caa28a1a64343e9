#include "monitor/watch/alert_words.hpp"

#include <algorithm>
#include <unordered_set>

#include "base/text.hpp"
#include "monitor/snmp/ber.hpp"
#include "monitor/snmp/crypto.hpp"

namespace yagura::monitor::watch {

using store::Row;
using store::Session;

namespace {

constexpr std::array<const char*, word_places> columns{"device_word", "site_word", "title_word",
                                                       "object_word"};

Id id_of(std::string_view contract, std::size_t place, std::string_view folded) {
  if (folded.empty()) return 0;
  const std::uint8_t rest[] = {0, static_cast<std::uint8_t>(place), 0};
  const auto digest =
      snmp::crypto::sha256({snmp::bytes_of(contract), snmp::Bytes(rest), snmp::bytes_of(folded)});
  std::uint64_t id = 0;
  for (std::size_t i = 0; i < 8; ++i) id = id << 8 | digest[i];
  return std::max<Id>(1, static_cast<Id>(id >> 1));
}

struct Matching {
  std::size_t place;
  Id word, newest;
};

// A word's newest alert below $3. Titles are kept apart by severity, which they nearly decide: searching one
// among alerts of another severity would read all of its alerts in vain.
std::string newest_of(std::size_t place, bool of_severity, const std::string& fitting) {
  const std::string below = " AND a.id < $3" + fitting;
  const std::string column = columns[place];
  const auto one = [&](const std::string& more) {
    return "(SELECT a.id FROM alert a WHERE a." + column + " = w.id" + more + below +
           " ORDER BY a.id DESC LIMIT 1)";
  };
  if (place != static_cast<std::size_t>(WordPlace::title) || of_severity) return one("");
  std::string all = "(SELECT max(n) FROM (";
  for (const char* severity : {"critical", "major", "minor", "warning", "info"})
    all += std::string(all.ends_with('(') ? "" : " UNION ALL ") + "SELECT " +
           one(" AND a.severity = '" + std::string(severity) + "'") + " AS n";
  return all + ") newest)";
}

}  // namespace

AlertWords words_of(const AlertTexts& t) {
  AlertWords out;
  out.texts = {fold_for_search(t.device_name), fold_for_search(t.site_name),
               fold_for_search(std::string(t.title_ja) + "\n" + std::string(t.title_en)),
               fold_for_search(t.object)};
  for (std::size_t i = 0; i < word_places; ++i) out.ids[i] = id_of(t.contract, i, out.texts[i]);
  return out;
}

Result<void> save_words(Session& s, std::string_view contract, const AlertWords& words) {
  for (std::size_t i = 0; i < word_places; ++i)
    if (words.ids[i] != 0)
      YAGURA_CHECK(
          s.exec("INSERT INTO alert_word (id, contract, place, folded) VALUES ($1, $2, $3, $4)"
                 " ON CONFLICT (id) DO NOTHING",
                 words.ids[i], contract, static_cast<std::int64_t>(i), words.texts[i]));
  return {};
}

namespace {

// Of words that many alerts hold, the newest alerts hold enough for a page: they are read and looked at,
// newest first. Empty when there are few such words, or when that did not fill the page.
Result<std::vector<Id>> find_among_newest(Session& s, std::string_view contract, const std::string& pattern,
                                          const Fitting& fitting, Id before, int limit) {
  constexpr std::size_t many = 300;
  constexpr int read = 1000;
  std::array<std::unordered_set<Id>, word_places> words;
  std::size_t all = 0;
  YAGURA_CHECK(s.query("SELECT w.place, w.id FROM alert_word w WHERE w.contract = $1 AND w.folded LIKE $2" +
                           std::string(store::like_escape),
                       contract, pattern, [&](const Row& row) {
                         const auto place = static_cast<std::size_t>(row.integer(0));
                         if (place < word_places) all += words[place].insert(row.integer(1)).second ? 1 : 0;
                       }));
  std::vector<Id> found;
  if (all < many) return found;
  std::vector<store::Param> params{store::to_param(contract), store::to_param(read), store::to_param(before)};
  params.insert(params.end(), fitting.params.begin(), fitting.params.end());
  YAGURA_CHECK(
      s.run("SELECT a.id, a.device_word, a.site_word, a.title_word, a.object_word FROM alert a"
            " WHERE a.contract = $1 AND a.id < $3" +
                fitting.sql + " ORDER BY a.id DESC LIMIT $2",
            params, [&](const Row& row) -> Result<void> {
              for (std::size_t place = 0; place < word_places; ++place)
                if (words[place].contains(row.integer(static_cast<int>(place) + 1))) {
                  if (found.size() < static_cast<std::size_t>(limit)) found.push_back(row.integer(0));
                  break;
                }
              return {};
            }));
  if (found.size() < static_cast<std::size_t>(limit)) found.clear();
  return found;
}

}  // namespace

// Every word's newest alert is one look-up. The limit-th highest of them bounds the page from below: words
// whose newest is older have nothing on it, so at most about `limit` words are read further.
Result<std::vector<Id>> find_by_words(Session& s, std::string_view contract, std::string_view folded,
                                      const Fitting& fitting, Id before, int limit) {
  const std::string pattern = store::like_anywhere(folded);
  if (!fitting.ends) {
    YAGURA_TRY(auto newest, find_among_newest(s, contract, pattern, fitting, before, limit));
    if (!newest.empty()) return newest;
  }
  std::vector<Matching> words;
  for (std::size_t place = 0; place < word_places; ++place) {
    std::vector<store::Param> params{store::to_param(contract), store::to_param(pattern),
                                     store::to_param(before)};
    params.insert(params.end(), fitting.params.begin(), fitting.params.end());
    YAGURA_CHECK(s.run("SELECT w.id, " + newest_of(place, !fitting.severity.empty(), fitting.sql) +
                           " FROM alert_word w WHERE w.contract = $1 AND w.place = " + std::to_string(place) +
                           " AND w.folded LIKE $2" + std::string(store::like_escape),
                       params, [&](const Row& row) -> Result<void> {
                         if (!row.is_null(1)) words.push_back({place, row.integer(0), row.integer(1)});
                         return {};
                       }));
  }
  std::vector<Id> found;
  for (const auto& w : words) found.push_back(w.newest);
  const auto newest_first = [&] {
    std::ranges::sort(found, std::greater());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    if (found.size() > static_cast<std::size_t>(limit)) found.resize(static_cast<std::size_t>(limit));
  };
  newest_first();
  const auto bound = [&] { return found.size() < static_cast<std::size_t>(limit) ? Id{0} : found.back(); };
  std::ranges::sort(words, std::greater(), &Matching::newest);
  for (const auto& w : words) {
    if (w.newest < bound()) break;
    std::vector<store::Param> params{store::to_param(w.word), store::to_param(bound()),
                                     store::to_param(w.newest)};
    params.insert(params.end(), fitting.params.begin(), fitting.params.end());
    params.push_back(store::to_param(limit));
    const auto of = [&](const std::string& more) {
      return s.run("SELECT a.id FROM alert a WHERE a." + std::string(columns[w.place]) + " = $1" + more +
                       " AND a.id >= $2 AND a.id < $3" + fitting.sql + " ORDER BY a.id DESC LIMIT $" +
                       std::to_string(params.size()),
                   params, [&](const Row& row) -> Result<void> {
                     found.push_back(row.integer(0));
                     return {};
                   });
    };
    if (w.place == static_cast<std::size_t>(WordPlace::title) && fitting.severity.empty())
      for (const char* severity : {"critical", "major", "minor", "warning", "info"})
        YAGURA_CHECK(of(" AND a.severity = '" + std::string(severity) + "'"));
    else
      YAGURA_CHECK(of(""));
    newest_first();
  }
  return found;
}

}  // namespace yagura::monitor::watch
