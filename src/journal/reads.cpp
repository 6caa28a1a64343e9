#include "journal/reads.hpp"

#include <algorithm>
#include <set>

namespace yagura::journal {

using schema::Value;

Result<void> note_read(store::Session& session, Journal& journal, Time now, Read read) {
  Query query{
      .chain = read.chain, .kind_prefix = "personal.read", .account = read.actor.account, .limit = 500};
  query.from = now - read_span;
  YAGURA_TRY(const auto recent, journal.list(session, query));
  std::set<Id> seen;
  bool whole = false;
  for (const auto& entry : recent) {
    const auto& r = entry.record;
    if (r.actor.origin != read.actor.origin || r.data["how"].text() != read.how ||
        r.data["of"].text() != read.of)
      continue;
    for (const auto& id : r.data["ids"].items()) seen.insert(id.integer());
    whole = whole || (r.data["ids"].items().empty() && r.subject == read.subject);
  }
  const bool by_id = !read.ids.empty();
  std::erase_if(read.ids, [&](Id id) { return seen.contains(id); });
  if (by_id ? read.ids.empty() : whole) return {};
  Value data = Value::object({{"how", read.how}, {"of", read.of}});
  if (by_id) {
    Value ids = Value::array();
    for (const Id id : read.ids) ids.push(Value(id));
    data.set("count", static_cast<std::int64_t>(read.ids.size()));
    data.set("ids", std::move(ids));
  }
  for (const auto& [name, value] : read.more.members()) data.set(name, value);
  YAGURA_CHECK(
      journal.append(session, {read.chain, read.actor, "personal.read", read.subject, std::move(data)}));
  return {};
}

}  // namespace yagura::journal
