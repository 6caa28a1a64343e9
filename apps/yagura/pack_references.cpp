#include "yagura/pack_references.hpp"

#include <algorithm>
#include <set>

#include "journal/journal.hpp"
#include "schema/shape.hpp"
#include "schema/yaml.hpp"

namespace yagura::apps {

namespace fs = std::filesystem;

namespace {

// The ids of a folder's files; an id that lies there under another name would not be found by the product
// either.
std::set<std::string, std::less<>> names_in(const fs::path& folder) {
  std::set<std::string, std::less<>> out;
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(folder, ec))
    if (entry.path().extension() == ".yaml") out.insert(entry.path().stem().string());
  return out;
}

class Check {
 public:
  Check(const contract::Pack& pack, const fs::path& share) : pack_(pack), share_(share) {}

  std::vector<Reference> run() {
    classes();
    traps();
    events();
    ledgers();
    reports();
    return std::move(out_);
  }

 private:
  // The place of a thing of a list, by the list's key and the thing's id.
  void fault(const std::string& key, Error error, bool remark = false) {
    const auto* value = pack_.tree.find(key);
    const auto place = value ? pack_.tree.place(*value) : contract::Place{};
    out_.push_back({{place.file, place.line, std::move(error)}, remark});
  }
  void missing(const std::string& key, const std::string& name, const fs::path& where) {
    fault(key, {"contract.reference_missing", {{"key", key}, {"name", name}, {"where", where.string()}}});
  }

  void classes() {
    const auto commands = names_in(share_ / "commands");
    std::map<std::string, std::vector<std::string>> sets;
    if (auto file = schema::read_yaml(share_ / "polling.yaml"))
      if (auto read = schema::read<decltype(sets)>(*file)) sets = std::move(*read);
    for (const auto& c : pack_.device_classes) {
      const auto key = "device_classes." + c.id;
      if (!c.profile.empty() && !sets.contains(c.profile))
        missing(key + ".profile", c.profile, share_ / "polling.yaml");
      if (!c.remote_log_commands.empty() && !commands.contains(c.remote_log_commands))
        missing(key + ".commands", c.remote_log_commands, share_ / "commands");
    }
  }

  void traps() {
    const auto kinds = names_in(share_ / "traps" / "kinds");
    for (const auto& rule : pack_.traps)
      if (!kinds.contains(rule.kind)) missing("traps." + rule.kind, rule.kind, share_ / "traps" / "kinds");
  }

  void events() {
    const auto kinds = journal::load_kinds(share_ / "journal" / "kinds.yaml");
    const auto file = schema::read_yaml(share_ / "events.yaml");
    if (!kinds || !file) return fault("", kinds ? file.error() : kinds.error());
    for (const auto& [event, kind] : file->members()) {
      if (!kinds->contains(kind.text()))
        fault("", {"contract.reference_missing",
                   {{"key", event}, {"name", kind.text()}, {"where", "share/journal/kinds.yaml"}}});
      const bool declared =
          std::ranges::any_of(pack_.incident_events, [&](const auto& e) { return e.id == event; });
      if (!declared) fault("incident_events", {"contract.event_not_declared", {{"event", event}}});
    }
  }

  void ledgers() {
    const auto known = names_in(share_ / "ledgers");
    for (const auto& clause : pack_.obligations.clauses)
      for (const auto& proof : clause.proof)
        if (proof.kind == "ledger" && !known.contains(proof.of))
          fault("clauses." + clause.id,
                {"contract.ledger_not_made", {{"clause", clause.section}, {"name", proof.of}}}, true);
  }

  void reports() {
    const auto known = names_in(share_ / "reports");
    for (const auto& report : pack_.reports)
      if (report.every == "month" && !known.contains(report.id))
        fault("reports." + report.id, {"contract.report_not_made", {{"name", report.id}}}, true);
  }

  const contract::Pack& pack_;
  const fs::path& share_;
  std::vector<Reference> out_;
};

}  // namespace

std::vector<Reference> check_references(const contract::Pack& pack, const fs::path& share) {
  return Check(pack, share).run();
}

}  // namespace yagura::apps
