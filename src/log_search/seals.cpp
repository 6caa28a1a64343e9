#include "log_search/seals.hpp"

#include <algorithm>

#include <openssl/evp.h>

#include "base/text.hpp"
#include "log_search/proof_text.hpp"

namespace yagura::log_search {

using schema::Value;
using store::Row;
using store::Session;

namespace {

std::int64_t number_of(calendar::Date day) { return day.time_since_epoch().count(); }

std::string sha256_hex(std::string_view bytes) {
  unsigned char digest[32];
  YAGURA_ASSERT(EVP_Digest(bytes.data(), bytes.size(), digest, nullptr, EVP_sha256(), nullptr) == 1);
  return to_hex({reinterpret_cast<const char*>(digest), sizeof digest});
}

SealFinding finding_of(std::string_view name) {
  for (const auto& [known, value] : enum_names(SealFinding{}))
    if (known == name) return value;
  return SealFinding::differs;
}

std::string_view name_of(SealFinding finding) {
  return enum_names(finding)[static_cast<std::size_t>(finding)].first;
}

}  // namespace

std::span<const std::pair<std::string_view, SealFinding>> enum_names(SealFinding) {
  static constexpr std::pair<std::string_view, SealFinding> names[] = {{"holds", SealFinding::holds},
                                                                       {"dropped", SealFinding::dropped},
                                                                       {"differs", SealFinding::differs},
                                                                       {"damaged", SealFinding::damaged}};
  return names;
}

Result<std::vector<SealedDay>> Seals::read(std::string_view contract, journal::Query query) {
  query.chain = std::string(contract);
  query.kind_prefix = "log.sealed";
  std::vector<SealedDay> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) -> Result<void> {
    YAGURA_TRY(const auto entries, at_.journal.list(s, query));
    for (const auto& entry : entries) {
      const auto& data = entry.record.data;
      SealedDay one;
      one.kind = data["kind"].text();
      YAGURA_TRY(one.day, calendar::parse_date(data["day"].text()));
      one.events = data["events"].integer();
      one.sources = data["sources"].integer();
      one.root = data["root"].text();
      one.entry = entry.seq;
      one.sealed_at = entry.time;
      YAGURA_CHECK(
          s.query("SELECT finding, who, checked_at FROM log_seal_check WHERE contract = $1 AND kind = $2 AND "
                  "day = $3",
                  contract, one.kind, data["day"].text(), [&](const Row& row) {
                    one.check = SealCheck{finding_of(row.string(0)), row.string(1), row.time(2)};
                  }));
      out.push_back(std::move(one));
    }
    return {};
  }));
  return out;
}

Result<void> Seals::seal_days(std::string_view contract, std::string_view kind) {
  const auto today = calendar::date_of(at_.clock.now() - night_begins);
  const auto subject = "logs/" + std::string(kind);
  YAGURA_TRY(const auto last, read(contract, {.subject = subject, .limit = 1}));
  auto day = today - most_days;
  if (!last.empty()) day = std::max(day, last.front().day + std::chrono::days(1));
  for (; day < today; day += std::chrono::days(1)) {
    YAGURA_TRY(const auto seal, at_.events.seal(contract, kind, number_of(day), {}));
    if (seal.rows == 0) continue;
    YAGURA_CHECK(at_.database.write([&](Session& s) {
      return at_.journal.append(s, {std::string(contract),
                                    {},
                                    "log.sealed",
                                    subject,
                                    Value::object({{"kind", std::string(kind)},
                                                   {"day", calendar::format_date(day)},
                                                   {"events", seal.rows},
                                                   {"sources", seal.sources},
                                                   {"root", eventstore::to_hex(seal.root)}})});
    }));
  }
  return {};
}

Result<std::vector<SealedDay>> Seals::list(std::string_view contract, std::string_view kind,
                                           std::int64_t before, int limit) {
  journal::Query query{.before_seq = before, .limit = limit};
  if (!kind.empty()) query.subject = "logs/" + std::string(kind);
  return read(contract, std::move(query));
}

Result<SealedDay> Seals::find(std::string_view contract, std::string_view kind, calendar::Date day) {
  YAGURA_TRY(const auto found, read(contract, {.subject = "logs/" + std::string(kind),
                                               .text = calendar::format_date(day),
                                               .limit = 100}));
  for (const auto& one : found)
    if (one.day == day) return one;
  return fail("log_search.seal_not_found");
}

Result<bool> Seals::has_dropped(std::string_view contract, std::string_view kind, calendar::Date day) {
  return at_.database.read([&](Session& s) -> Result<bool> {
    YAGURA_TRY(const auto last, at_.journal.list(s, {.chain = std::string(contract),
                                                     .subject = "logs/" + std::string(kind),
                                                     .kind_prefix = "log.expired",
                                                     .limit = 1}));
    if (last.empty()) return false;
    YAGURA_TRY(const auto before, parse_rfc3339(last.front().record.data["before"].text()));
    return before > calendar::at(day, calendar::Minutes(0));
  });
}

Result<SealCheck> Seals::check(const journal::Actor& by, std::string_view contract, std::string_view kind,
                               calendar::Date day) {
  YAGURA_TRY(const auto sealed, find(contract, kind, day));
  const auto now = at_.events.seal(contract, kind, number_of(day), {});
  if (!now && now.error().code != "eventstore.damaged") return std::unexpected(now.error());
  if (now && eventstore::to_hex(now->root) != sealed.root) YAGURA_CHECK(must_know_days(contract, kind));
  SealCheck out{.finding = SealFinding::damaged, .who = by.name, .at = at_.clock.now()};
  if (now) {
    YAGURA_TRY(const bool dropped, has_dropped(contract, kind, day));
    out.finding = eventstore::to_hex(now->root) == sealed.root ? SealFinding::holds
                  : dropped && now->rows < sealed.events       ? SealFinding::dropped
                                                               : SealFinding::differs;
  }
  YAGURA_CHECK(at_.database.write([&](Session& s) -> Result<void> {
    YAGURA_CHECK(
        s.exec("INSERT INTO log_seal_check (contract, kind, day, finding, who, checked_at)"
               " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (contract, kind, day) DO UPDATE SET"
               " finding = $4, who = $5, checked_at = $6",
               contract, kind, calendar::format_date(day), name_of(out.finding), out.who, out.at));
    YAGURA_CHECK(
        at_.journal.append(s, {std::string(contract), by, "log.seal_checked", "logs/" + std::string(kind),
                               Value::object({{"day", calendar::format_date(day)},
                                              {"finding", name_of(out.finding)},
                                              {"sealed", sealed.entry}})}));
    return {};
  }));
  return out;
}

Result<void> Seals::prove(std::string_view contract, const SealedDay& sealed,
                          std::span<eventstore::SourceProof> sources) {
  YAGURA_TRY(const auto now, at_.events.seal(contract, sealed.kind, number_of(sealed.day), sources));
  if (eventstore::to_hex(now.root) != sealed.root) {
    YAGURA_CHECK(must_know_days(contract, sealed.kind));
    return fail("log_search.seal_broken", {{"day", calendar::format_date(sealed.day)}});
  }
  return {};
}

// Where the day of receipt of some events is not known, nothing can be said about a seal that does not hold.
Result<void> Seals::must_know_days(std::string_view contract, std::string_view kind) {
  YAGURA_TRY(const auto days, at_.events.days_received(contract, kind, Time::min(), Time::max()));
  const eventstore::EventStore::Days unknown{eventstore::EventStore::unknown_day,
                                             eventstore::EventStore::unknown_day};
  if (std::ranges::find(days, unknown) != days.end()) return fail("log_search.seals_not_here");
  return {};
}

Result<std::string> Seals::proof(std::string_view contract, std::string_view kind, calendar::Date day,
                                 const std::string& source) {
  const auto known = at_.events.kinds().find(kind);
  if (known == at_.events.kinds().end())
    return fail("eventstore.kind_unknown", {{"kind", std::string(kind)}});
  YAGURA_TRY(const auto sealed, find(contract, kind, day));
  eventstore::SourceProof one;
  one.source = source;
  YAGURA_CHECK(prove(contract, sealed, {&one, 1}));
  if (one.events.empty()) return fail("log_search.source_not_sealed");
  auto out = proof_head(contract) + proof_kind(known->second) + proof_seal(sealed) + proof_source(one);
  return out + proof_end(sha256_hex(out));
}

Result<std::vector<SealedDay>> Seals::days_of(std::string_view contract, std::string_view kind, Time first,
                                              Time last) {
  YAGURA_TRY(const auto receipts, at_.events.days_received(contract, kind, first, last));
  YAGURA_TRY(auto days, read(contract, {.subject = "logs/" + std::string(kind), .limit = 10'000}));
  std::erase_if(days, [&](const SealedDay& one) {
    const auto day = number_of(one.day);
    return std::ranges::none_of(receipts, [&](const auto& r) { return r.first <= day && day <= r.second; });
  });
  // Most events come on the day they happen: these days first, then the nearest.
  const auto from = number_of(calendar::date_of(first)), to = number_of(calendar::date_of(last));
  const auto distance = [&](const SealedDay& one) {
    const auto day = number_of(one.day);
    return day < from ? from - day : day > to ? day - to : 0;
  };
  std::ranges::sort(days, {}, [&](const SealedDay& one) { return std::pair(distance(one), one.day); });
  return days;
}

}  // namespace yagura::log_search
