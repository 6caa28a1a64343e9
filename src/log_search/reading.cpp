#include "log_search/reading.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "eventstore/ask/canonical.hpp"
#include "eventstore/ask/explain.hpp"
#include "eventstore/ask/write.hpp"

namespace yagura::log_search {

namespace es = eventstore;

namespace {

enum class End : std::uint8_t { from, to };

// One end of the times beside the text.
Result<Time> read_end(const std::string& said, End end, const es::Vocabulary& vocabulary, Time now) {
  if (auto instant = parse_rfc3339(said)) return *instant;
  YAGURA_TRY(const auto asked, es::read_query((end == End::from ? "from:" : "to:") + said, vocabulary, now));
  return end == End::from ? asked.query.from : asked.query.to;
}

Result<void> narrow_times(const Question& q, const es::Vocabulary& vocabulary, Time now, es::Query& query) {
  if (!q.from.empty()) {
    YAGURA_TRY(const Time from, read_end(q.from, End::from, vocabulary, now));
    query.from = std::max(query.from, from);
  }
  if (!q.to.empty()) {
    YAGURA_TRY(const Time to, read_end(q.to, End::to, vocabulary, now));
    query.to = std::min(query.to, to);
  }
  if (query.from >= query.to) return fail("log_search.times_empty");
  return {};
}

// Those named in the text and beside it; empty: none was named.
Result<std::vector<std::string>> named_kinds(const Question& q, const es::Query& query,
                                             const es::Vocabulary& vocabulary) {
  for (const auto& kind : q.kinds)
    if (!vocabulary.kinds().contains(kind)) return fail("eventstore.kind_unknown", {{"kind", kind}});
  if (q.kinds.empty() || query.kinds.empty()) return q.kinds.empty() ? query.kinds : q.kinds;
  std::vector<std::string> both;
  std::ranges::copy_if(query.kinds, std::back_inserter(both), [&](const std::string& kind) {
    return std::ranges::find(q.kinds, kind) != q.kinds.end();
  });
  if (both.empty()) return fail("log_search.kinds_empty");
  return both;
}

bool has_field_of(const es::Kind& kind, const Subject& subject) {
  return std::ranges::any_of(subject.fields,
                             [&](const auto& field) { return kind.index_of(field).has_value(); });
}

Result<void> choose_kinds(const Question& q, const es::Vocabulary& vocabulary, const Subject* subject,
                          const MaySee& may_see, Reading& out) {
  auto& kinds = out.asked.query.kinds;
  YAGURA_TRY(kinds, named_kinds(q, out.asked.query, vocabulary));
  for (const auto& kind : kinds)
    if (!may_see(kind)) return fail("log_search.kind_forbidden", {{"kind", kind}});
  if (kinds.empty())
    for (const auto& [name, kind] : vocabulary.kinds()) {
      if (subject && !has_field_of(kind, *subject)) continue;
      (may_see(name) ? kinds : out.withheld).push_back(name);
    }
  if (kinds.empty()) return fail("log_search.kinds_empty");
  return {};
}

es::Condition condition_of(const Subject& subject, const std::string& of) {
  std::vector<es::Condition> parts;
  for (const auto& field : subject.fields)
    parts.push_back({.type = subject.part ? es::Condition::Type::contains : es::Condition::Type::equals,
                     .field = field,
                     .value = of});
  return es::any_of(std::move(parts));
}

void gather(const es::Condition& c, const es::Vocabulary& vocabulary, std::vector<std::string>& out) {
  for (const auto& part : c.parts) gather(part, vocabulary, out);
  if (c.type != es::Condition::Type::equals && c.type != es::Condition::Type::like &&
      c.type != es::Condition::Type::contains)
    return;
  const auto* term = vocabulary.term(c.field);
  if (!term || !term->is(es::FieldType::entity)) return;
  auto said = c.field + "=" + c.value;
  if (out.size() < 50 && std::ranges::find(out, said) == out.end()) out.push_back(std::move(said));
}

}  // namespace

Result<Reading> read_question(const Question& q, std::string_view contract, const es::Vocabulary& vocabulary,
                              const Rules& rules, const MaySee& may_see, Time now) {
  Reading out;
  YAGURA_TRY(out.asked, es::read_query(q.text, vocabulary, now));
  auto& query = out.asked.query;
  query.contract = contract;
  const Subject* subject = nullptr;
  if (!q.subject.empty()) {
    subject = rules.subject(q.subject);
    if (!subject) return fail("log_search.subject_unknown", {{"subject", q.subject}});
    if (!es::is_searchable(q.of)) return fail("log_search.subject_missing");
    query.where = es::canonical(es::all_of({std::move(query.where), condition_of(*subject, q.of)}));
  }
  YAGURA_CHECK(narrow_times(q, vocabulary, now, query));
  YAGURA_CHECK(choose_kinds(q, vocabulary, subject, may_see, out));
  out.personal = std::ranges::any_of(query.kinds, [&](const auto& kind) { return rules.is_personal(kind); });
  // Every kind there is needs no naming.
  auto written = out.asked;
  if (written.query.kinds.size() == vocabulary.kinds().size()) written.query.kinds.clear();
  out.canonical = es::write_query(written, vocabulary);
  out.explanation = es::explain(written, vocabulary);
  return out;
}

std::vector<std::string> whose(const es::Query& query, const es::Vocabulary& vocabulary, const Rules& rules) {
  std::vector<std::string> out;
  if (std::ranges::any_of(query.kinds, [&](const auto& kind) { return rules.is_personal(kind); }))
    gather(query.where, vocabulary, out);
  return out;
}

}  // namespace yagura::log_search
