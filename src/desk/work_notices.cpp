#include "desk/work_notices.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "calendar/deadline.hpp"
#include "desk/work_record.hpp"
#include "schema/json.hpp"

namespace yagura::desk {

using schema::Value;
using store::Row;
using store::Session;

std::span<const std::pair<std::string_view, NoticeState>> enum_names(NoticeState) {
  static constexpr std::pair<std::string_view, NoticeState> names[] = {
      {"received", NoticeState::received},
      {"concerned", NoticeState::concerned},
      {"not_concerned", NoticeState::not_concerned}};
  return names;
}

std::span<const std::pair<std::string_view, Urgency>> enum_names(Urgency) {
  static constexpr std::pair<std::string_view, Urgency> names[] = {
      {"normal", Urgency::normal}, {"soon", Urgency::soon}, {"at_once", Urgency::at_once}};
  return names;
}

namespace {

template <class E>
std::string_view word_of(E value) {
  for (const auto& [name, one] : enum_names(value))
    if (one == value) return name;
  return {};
}

template <class E>
E of_word(std::string_view word) {
  for (const auto& [name, value] : enum_names(E{}))
    if (name == word) return value;
  return E{};
}

Value keep(const MachineFilter& filter) {
  Value classes = Value::array(), sites = Value::array();
  for (const auto& one : filter.classes) classes.push(one);
  for (const Id one : filter.sites) sites.push(one);
  return Value::object({{"classes", std::move(classes)}, {"sites", std::move(sites)}, {"text", filter.text}});
}

MachineFilter filter_kept(const Value& kept) {
  MachineFilter out;
  for (const auto& one : kept["classes"].items()) out.classes.push_back(one.text());
  for (const auto& one : kept["sites"].items()) out.sites.push_back(one.integer());
  out.text = kept["text"].text();
  return out;
}

constexpr std::string_view columns =
    "SELECT id, contract, number, source, reference, title, content, files, received_at, received_by, "
    "assess_due,"
    " state, urgency, reason, assessed_at, assessed_by, filter, machines, campaign, version FROM work_notice "
    "WHERE ";

Result<WorkNotice> notice_of(const Row& row) {
  WorkNotice n;
  n.id = row.integer(0);
  n.contract = row.string(1);
  n.number = row.string(2);
  n.source = row.string(3);
  n.reference = row.string(4);
  n.title = row.string(5);
  n.content = row.string(6);
  YAGURA_TRY(const auto files, schema::parse_json(row.text(7)));
  n.files = files_kept(files);
  n.received_at = row.time(8);
  n.received_by = row.string(9);
  n.assess_due = row.time(10);
  n.state = of_word<NoticeState>(row.text(11));
  n.urgency = of_word<Urgency>(row.text(12));
  n.reason = row.string(13);
  n.assessed_at = row.maybe_time(14);
  n.assessed_by = row.string(15);
  YAGURA_TRY(const auto filter, schema::parse_json(row.text(16)));
  n.filter = filter_kept(filter);
  n.machines = static_cast<int>(row.integer(17));
  n.campaign = row.integer(18);
  n.version = row.integer(19);
  return n;
}

std::string subject_of(Id notice) { return "notice/" + std::to_string(notice); }

Result<void> need_role(const std::vector<std::string>& roles, const WorkPerson& who) {
  if (std::ranges::find(roles, who.role) == roles.end()) return fail("desk.work_role_forbidden");
  return {};
}

}  // namespace

std::string_view name_of(NoticeState state) { return word_of(state); }

Result<WorkNotice> WorkNotices::receive(const journal::Actor& by, const WorkPerson& who,
                                        const NewNotice& given) {
  YAGURA_TRY(const auto pack, orders_.pack(given.contract));
  const auto& rules = pack->work.notices;
  if (!rules) return fail("desk.notice_none");
  YAGURA_CHECK(need_role(rules->received_by, who));
  if (std::ranges::find(rules->sources, given.source, &contract::FormChoice::id) == rules->sources.end())
    return fail("desk.notice_source", {{"source", given.source.substr(0, 64)}});
  YAGURA_CHECK(check_work_text(given.title, 200, true));
  YAGURA_CHECK(check_work_text(given.reference, 100, false));
  YAGURA_CHECK(check_work_text(given.content, 20'000, false));
  auto& ground = orders_.ground();
  const Time now = ground.clock.now();
  const Time received = given.received_at.value_or(now);
  if (received > now) return fail("desk.work_time", {{"at", to_rfc3339(received)}});
  YAGURA_TRY(const Time due, calendar::due_at(rules->assess, pack->book, received));
  return ground.database.write([&](Session& s) -> Result<WorkNotice> {
    const Id id = ground.ids.next();
    YAGURA_TRY(const auto number, orders_.next_number(s, given.contract, "NT"));
    std::vector<WorkFile> files;
    for (const auto& file : given.files) {
      YAGURA_TRY(const auto name, s.text("SELECT name FROM attachment WHERE id = $1 AND contract = $2",
                                         file.id, given.contract));
      if (!name) return fail("desk.work_file_unknown");
      files.push_back({file.id, *name});
    }
    YAGURA_CHECK(
        s.exec("INSERT INTO work_notice (id, contract, number, source, reference, title, content, files, "
               "received_at,"
               " received_by, assess_due, state, urgency, reason, assessed_by, filter, machines, campaign, "
               "version, search)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'received', 'normal', '', '', '{}', "
               "0, 0, 1, $12)",
               id, given.contract, number, given.source, given.reference, given.title, given.content,
               schema::to_json(desk::keep(files)), received, who.name, due,
               fold_for_search(number + "\n" + given.reference + "\n" + given.title + "\n" + given.content)));
    YAGURA_CHECK(orders_.journal(
        s, given.contract, by, "notice.received", subject_of(id),
        Value::object({{"number", number}, {"title", given.title}, {"reference", given.reference}})));
    orders_.tell(s, given.contract, "work", id);
    return read(s, given.contract, id);
  });
}

Result<WorkNotice> WorkNotices::read(Session& s, std::string_view contract, Id id) {
  std::optional<WorkNotice> found;
  YAGURA_CHECK(s.query(std::string(columns) + "id = $1 AND contract = $2", id, contract,
                       [&](const Row& row) -> Result<void> {
                         YAGURA_TRY(found, notice_of(row));
                         return {};
                       }));
  if (!found) return fail("desk.notice_not_found");
  return *std::move(found);
}

Result<WorkNotice> WorkNotices::get(std::string_view contract, Id id) {
  return orders_.ground().database.read([&](Session& s) { return read(s, contract, id); });
}

Result<std::vector<WorkNotice>> WorkNotices::list(std::string_view contract, std::optional<NoticeState> state,
                                                  const std::string& search, Id before, int limit) {
  const std::string pattern = store::like_anywhere(fold_for_search(search));
  const std::string wanted(state ? name_of(*state) : "");
  return orders_.ground().database.read([&](Session& s) -> Result<std::vector<WorkNotice>> {
    std::vector<WorkNotice> out;
    YAGURA_CHECK(
        s.query(std::string(columns) +
                    "contract = $1 AND (CAST($2 AS BIGINT) = 0 OR id < $2) AND ($3 = '' OR state = $3)"
                    " AND search LIKE $4" +
                    std::string(store::like_escape) + " ORDER BY id DESC LIMIT " +
                    std::to_string(std::clamp(limit, 1, 501)),
                contract, before, wanted, pattern, [&](const Row& row) -> Result<void> {
                  YAGURA_TRY(auto one, notice_of(row));
                  out.push_back(std::move(one));
                  return {};
                }));
    return out;
  });
}

Result<int> WorkNotices::overdue(std::string_view contract) {
  return orders_.ground().database.read([&](Session& s) -> Result<int> {
    YAGURA_TRY(const auto count,
               s.integer("SELECT count(*) FROM work_notice WHERE contract = $1 AND state = 'received' AND"
                         " assess_due < $2",
                         contract, orders_.ground().clock.now()));
    return static_cast<int>(count.value_or(0));
  });
}

Result<WorkNotice> WorkNotices::assess(const journal::Actor& by, const WorkPerson& who,
                                       std::string_view contract, Id id, std::int64_t version,
                                       const Assessment& given) {
  YAGURA_TRY(const auto pack, orders_.pack(contract));
  const auto& rules = pack->work.notices;
  if (!rules) return fail("desk.notice_none");
  YAGURA_CHECK(check_work_text(given.reason, 4'000, true));
  if (given.concerned && std::ranges::find(rules->work_kinds, given.kind) == rules->work_kinds.end())
    return fail("desk.work_kind_unknown", {{"kind", given.kind.substr(0, 64)}});
  auto& ground = orders_.ground();
  return ground.database.write([&](Session& s) -> Result<WorkNotice> {
    YAGURA_CHECK(s.lock(subject_of(id)));
    YAGURA_TRY(const auto notice, read(s, contract, id));
    YAGURA_CHECK(need_role(rules->assessed_by, who));
    if (notice.version != version) return fail("desk.work_conflict", {{"number", notice.number}});
    if (notice.state != NoticeState::received)
      return fail("desk.notice_assessed", {{"number", notice.number}});
    Id campaign = 0;
    std::int64_t machines = 0;
    if (given.concerned) {
      // What was found to concern us is ordered: the assessment stands for the city's order.
      YAGURA_TRY(const auto opened,
                 campaigns_.open(
                     s, by, who,
                     {.contract = std::string(contract),
                      .kind = given.kind,
                      .title = given.title.empty() ? notice.title : given.title,
                      .detail = given.detail.empty() ? notice.number + " " + notice.reference : given.detail,
                      .per_site = given.per_site,
                      .filter = given.filter,
                      .due = given.due,
                      .notice = id},
                     true));
      campaign = opened.id;
      YAGURA_TRY(const auto count,
                 s.integer("SELECT count(*) FROM work_target t JOIN work_order w ON w.id = t.work"
                           " WHERE w.campaign = $1",
                           campaign));
      machines = count.value_or(0);
    }
    YAGURA_CHECK(s.exec(
        "UPDATE work_notice SET state = $2, urgency = $3, reason = $4, assessed_at = $5, assessed_by = $6,"
        " filter = $7, machines = $8, campaign = $9, version = version + 1 WHERE id = $1",
        id, name_of(given.concerned ? NoticeState::concerned : NoticeState::not_concerned),
        word_of(given.urgency), given.reason, ground.clock.now(), who.name,
        schema::to_json(keep(given.filter)), machines, campaign));
    YAGURA_CHECK(orders_.journal(s, contract, by, "notice.assessed", subject_of(id),
                                 Value::object({{"number", notice.number},
                                                {"concerned", given.concerned},
                                                {"reason", given.reason},
                                                {"machines", machines}})));
    orders_.tell(s, contract, "work", id);
    return read(s, contract, id);
  });
}

}  // namespace yagura::desk
