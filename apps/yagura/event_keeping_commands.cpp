#include "yagura/event_keeping_commands.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "base/text.hpp"
#include "yagura/server_call.hpp"

namespace yagura::apps {

using schema::Value;

namespace {

constexpr int exit_not_as_sealed = 3;

class Asking {
 public:
  static Result<Asking> from(const Arguments& given) {
    Asking out;
    YAGURA_TRY(out.contract_, given.need("contract"));
    YAGURA_TRY(out.server_, server_of(given));
    return out;
  }
  Result<Value> get(const std::string& path, const std::string& more = "") const {
    return ask_server(server_, path + "?contract=" + as_parameter(contract_) + more, {});
  }
  Result<Value> post(const std::string& path, const Value& body) const {
    return ask_server(server_, path + "?contract=" + as_parameter(contract_), body);
  }
  Result<void> lines(const std::string& path, const std::string& more, const TakeLine& take) const {
    return ask_server(server_, path + "?contract=" + as_parameter(contract_) + more, {}, take);
  }
  static std::string as_parameter(std::string_view text) {
    std::string out;
    for (const char c : text) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                         c == '-' || c == '_' || c == '.';
      out += plain ? std::string(1, c) : "%" + to_hex({&c, 1});
    }
    return out;
  }

 private:
  std::string contract_;
  ServerAddress server_;
};

std::string shown(const Value& value) {
  if (value.is_null()) return "-";
  if (value.is_array()) {
    std::string out;
    for (const auto& one : value.items()) out += (out.empty() ? "" : ",") + shown(one);
    return out.empty() ? "-" : out;
  }
  std::string out = value.is_text() ? value.text() : std::to_string(value.integer());
  for (auto& c : out)
    if (c == '\t' || c == '\n' || c == '\r') c = ' ';
  return out.empty() ? "-" : out;
}

void print(std::ostream& out, const Value& row, std::initializer_list<std::string_view> names) {
  bool first = true;
  for (const auto name : names) {
    out << (first ? "" : "\t") << shown(row[name]);
    first = false;
  }
  out << "\n";
}

void print_hold(std::ostream& out, const Value& hold) {
  print(out, hold,
        {"id", "state", "kinds", "from", "to", "reason", "ordered_by", "placed_name", "asked_name",
         "released_name"});
}

Result<int> kept(const Asking& asking, std::ostream& out) {
  YAGURA_TRY(const auto list, asking.get("/log-keeping"));
  for (const auto& one : list["items"].items()) {
    auto row = one;
    row.set("next_events", one["next"]["events"]);
    row.set("held_events", one["held"]["events"]);
    print(out, row,
          {"kind", "events", "bytes", "first", "last", "keep_days", "next_at", "next_events", "held_events",
           "holds"});
  }
  return 0;
}

Result<int> holds(const Asking& asking, std::ostream& out) {
  YAGURA_TRY(const auto list, asking.get("/log-holds"));
  for (const auto& one : list["items"].items()) print_hold(out, one);
  return 0;
}

Result<int> hold(const Asking& asking, const Arguments& given, std::ostream& out) {
  Value body = Value::object({{"from", given.get("from")}, {"to", given.get("to")}});
  Value kinds = Value::array();
  for (const auto one : split(given.get("kind"), ','))
    if (!trim(one).empty()) kinds.push(Value(trim(one)));
  body.set("kinds", std::move(kinds));
  YAGURA_TRY(const auto reason, given.need("reason"));
  YAGURA_TRY(const auto ordered_by, given.need("ordered-by"));
  body.set("reason", reason);
  body.set("ordered_by", ordered_by);
  YAGURA_TRY(const auto made, asking.post("/log-holds", body));
  print_hold(out, made);
  return 0;
}

Result<int> release(const Asking& asking, const Arguments& given, bool ask, std::ostream& out) {
  YAGURA_TRY(const auto id, given.word(0, "ID"));
  Value body = Value::object({{"reason", given.get("reason")}});
  if (!ask) body.set("release", !given.has("refuse"));
  YAGURA_TRY(const auto now,
             asking.post("/log-holds/" + Asking::as_parameter(id) + (ask ? "/release" : "/decision"), body));
  print_hold(out, now);
  return 0;
}

void print_seal(std::ostream& out, const Value& seal) {
  auto row = seal;
  row.set("finding", seal["check"]["finding"]);
  print(out, row, {"day", "kind", "events", "sources", "root", "entry", "finding"});
}

Result<int> seals(const Asking& asking, const Arguments& given, std::ostream& out) {
  std::string more = "&limit=" + Asking::as_parameter(given.get("limit", "50"));
  if (given.has("kind")) more += "&kind=" + Asking::as_parameter(given.get("kind"));
  YAGURA_TRY(const auto list, asking.get("/log-seals", more));
  for (const auto& one : list["items"].items()) print_seal(out, one);
  return 0;
}

Result<int> check(const Asking& asking, const Arguments& given, std::ostream& out) {
  YAGURA_TRY(const auto kind, given.need("kind"));
  YAGURA_TRY(const auto day, given.need("day"));
  YAGURA_TRY(auto job, asking.post("/log-seals/checks", Value::object({{"kind", kind}, {"day", day}})));
  const auto path = "/jobs/" + std::to_string(job["id"].integer());
  while (job["state"].text() == "waiting" || job["state"].text() == "running") {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    YAGURA_TRY(job, asking.get(path));
  }
  if (job["state"].text() != "done")
    return fail("apps.server_refused",
                {{"detail", job["problem"]["detail"].text()}, {"advice", job["problem"]["advice"].text()}});
  YAGURA_TRY(const auto list, asking.get("/log-seals", "&limit=500&kind=" + Asking::as_parameter(kind)));
  for (const auto& one : list["items"].items())
    if (one["day"].text() == day) {
      print_seal(out, one);
      return one["check"]["finding"].text() == "holds" ? 0 : exit_not_as_sealed;
    }
  return exit_not_as_sealed;
}

Result<int> proof(const Asking& asking, const Arguments& given, std::ostream& out) {
  std::string more;
  for (const auto* name : {"kind", "day", "source"}) {
    YAGURA_TRY(const auto value, given.need(name));
    more += std::string("&") + name + "=" + Asking::as_parameter(value);
  }
  YAGURA_CHECK(asking.lines("/log-seals/proof", more, [&](const std::string& line) -> Result<bool> {
    out << line << "\n";
    return true;
  }));
  return 0;
}

constexpr auto commands = std::to_array<std::string_view>(
    {"kept", "holds", "hold", "ask-release", "release", "seals", "check", "proof"});

}  // namespace

bool is_keeping_command(std::string_view what) { return std::ranges::find(commands, what) != commands.end(); }

Result<int> run_event_keeping(const std::string& what, std::span<const std::string> args, std::ostream& out) {
  const bool of_one = what == "ask-release" || what == "release";
  YAGURA_TRY(const auto given,
             Arguments::parse(args,
                              {server_option, ca_option, token_option, "contract", "kind", "from", "to",
                               "reason", "ordered-by", "limit", "day", "source"},
                              {"refuse"}, of_one ? 1 : 0));
  YAGURA_TRY(const auto asking, Asking::from(given));
  if (what == "kept") return kept(asking, out);
  if (what == "holds") return holds(asking, out);
  if (what == "hold") return hold(asking, given, out);
  if (of_one) return release(asking, given, what == "ask-release", out);
  if (what == "seals") return seals(asking, given, out);
  if (what == "check") return check(asking, given, out);
  return proof(asking, given, out);
}

}  // namespace yagura::apps
