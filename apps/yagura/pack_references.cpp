#include "yagura/pack_references.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "desk/deliverables.hpp"
#include "eventstore/ask/vocabulary.hpp"
#include "journal/journal.hpp"
#include "ledger/definition.hpp"
#include "monitor/log_rules/rule.hpp"
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
    log_rules();
    events();
    forms();
    occasions();
    proofs();
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

  // Their words are read as the server reads them; what they lay over is there.
  void log_rules() {
    namespace rules = monitor::log_rules;
    auto kinds = eventstore::read_kinds(share_ / "events");
    if (!kinds) return fault("", kinds.error());
    const auto loaded = rules::RuleSet::of_contract(rules::load_standard_rules(share_ / "log_rules").rules,
                                                    pack_, eventstore::Vocabulary(*kinds));
    for (const auto& one : loaded.faults)
      if (pack_.tree.find("log_rules." + one.file) != nullptr) fault("log_rules." + one.file, one.error);
    const auto traps = names_in(share_ / "traps" / "kinds");
    for (const auto& rule : loaded.set->rules())
      if (rule.own && !rule.as.empty() && !traps.contains(rule.as))
        missing("log_rules." + rule.id, rule.as, share_ / "traps" / "kinds");
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

  // What a form chooses from, and where its effects write: the ledger is there, and takes what it is given.
  void forms() {
    auto read = ledger::load_definitions(share_ / "ledgers");
    const auto asks = schema::read_yaml(share_ / "asks.yaml");
    if (!read || !asks) return fault("", read ? asks.error() : read.error());
    ledgers_ = *std::move(read);
    if (const auto* own = pack_.tree.find("ledgers")) {
      if (auto all = ledger::with_own(ledgers_, *own))
        ledgers_ = *std::move(all);
      else
        fault("ledgers." + std::string(all.error().arg("ledger")), all.error());
    }
    for (const auto& form : pack_.forms) {
      const auto key = "forms." + form.id;
      for (const auto& field : form.fields) field_of(field, key + ".fields." + field.id);
      for (const auto& step : form.steps) {
        for (const auto& field : step.fills)
          field_of(field, key + ".steps." + step.id + ".fills." + field.id);
        for (const auto& effect : step.effects) {
          const auto at = key + ".steps." + step.id + ".effects." + effect.id;
          if (effect.kind == "ask" && asks->find(effect.of) == nullptr)
            missing(at, effect.of, share_ / "asks.yaml");
          else if (effect.kind == "ask")
            asked(form, effect, (*asks)[effect.of]["values"], at);
          else if (effect.kind == "create")
            writes(form, step, effect, effect.of, at);
          else if (effect.kind == "change")
            writes(form, step, effect, effect.ledger, at);
          else if (effect.kind == "event")
            raises(form, step, effect, at);
        }
      }
    }
  }
  // Only what that part takes; where it wants a day, one of the form's.
  void asked(const contract::Form& form, const contract::FormEffect& effect, const schema::Value& takes,
             const std::string& key) {
    std::string choices;
    for (const auto& one : takes.items()) choices += (choices.empty() ? "" : ", ") + one.text();
    for (const auto& [name, text] : effect.values) {
      const auto* field = named_by(form, text);
      const bool known = std::ranges::any_of(takes.items(), [&](const auto& v) { return v.text() == name; });
      const bool day = field != nullptr && (field->type == "date" || field->type == "time");
      if (!known || (name == "due" && !day))
        fault(key, {"contract.effect_value",
                    {{"key", key},
                     {"value", text},
                     {"field", name},
                     {"choices", known ? "\"{date}\", \"{time}\"" : choices}}});
    }
  }
  void field_of(const contract::FormField& field, const std::string& key) {
    if (!field.ledger.empty() && !ledgers_.contains(field.ledger))
      missing(key, field.ledger, share_ / "ledgers");
  }

  // An event that a form tells of: something is due from it, and its time is a day or an instant of the form.
  void raises(const contract::Form& form, const contract::FormStep& step, const contract::FormEffect& effect,
              const std::string& key) {
    if (std::ranges::none_of(pack_.obligations.deliverables,
                             [&](const auto& of) { return of.starts_on == effect.of; }))
      fault(key, {"contract.reference_missing",
                  {{"key", key}, {"name", effect.of}, {"where", "deliverables.*.starts_on"}}});
    for (const auto& [name, text] : effect.values) {
      const auto* field = named_by(form, text);
      const bool fits =
          field != nullptr && ((name == "at" && (field->type == "date" || field->type == "time")) ||
                               (name == "files" && field->type == "attachment"));
      if (!fits)
        fault(key, {"contract.effect_value",
                    {{"key", key},
                     {"value", text},
                     {"field", name},
                     {"choices", "at: \"{date}\", \"{time}\"; files: \"{attachment}\""}}});
      if (fits && name == "files") accepts(step, effect, key);
    }
  }

  // A paper that comes with the form is accepted by the step: by those who accept the deliverable.
  void accepts(const contract::FormStep& step, const contract::FormEffect& effect, const std::string& key) {
    for (const auto& of : pack_.obligations.deliverables)
      if (of.starts_on == effect.of && of.accepted_by != step.by.role)
        fault(key,
              {"contract.effect_value",
               {{"key", key}, {"value", step.by.role}, {"field", "files"}, {"choices", of.accepted_by}}});
  }

  void writes(const contract::Form& form, const contract::FormStep& step, const contract::FormEffect& effect,
              const std::string& into, const std::string& key) {
    const auto found = ledgers_.find(into);
    if (found == ledgers_.end()) return missing(key, into, share_ / "ledgers");
    for (const auto& [name, text] : effect.values) {
      const auto* field = found->second.field(name);
      if (field == nullptr)
        missing(key, name, share_ / "ledgers" / (into + ".yaml"));
      else
        value(form, *field, text, key);
    }
    if (effect.kind != "create") return;
    for (const auto& field : found->second.fields) {
      if (!field.required) continue;
      const auto given = effect.values.find(field.id);
      if (given == effect.values.end())
        fault(key, {"contract.effect_incomplete", {{"key", key}, {"ledger", into}, {"field", field.id}}});
      else
        filled(form, {&effect.when, &step.when}, given->second, field.id, key);
    }
  }

  // "{field}" alone: what it names; else nothing.
  static const contract::FormField* named_by(const contract::Form& form, std::string_view text) {
    if (text.size() < 3 || text.front() != '{' || text.find('}') != text.size() - 1) return nullptr;
    return form.field(text.substr(1, text.size() - 2));
  }
  // Its own, or those it has of the pack.
  [[nodiscard]] std::vector<std::string> choices_of(const ledger::Field& field) const {
    std::vector<std::string> out;
    for (const auto& choice : field.choices) out.push_back(choice.id);
    if (field.choices_from == "device_classes")
      for (const auto& item : pack_.device_classes) out.push_back(item.id);
    if (field.choices_from == "site_kinds")
      for (const auto& item : pack_.site_kinds) out.push_back(item.id);
    if (field.choices_from == "sites")
      for (const auto& item : pack_.sites) out.push_back(item.id);
    if (field.choices_from == "deliverables")
      for (const auto& item : pack_.obligations.deliverables) out.push_back(item.id);
    if (field.choices_from == "meetings")
      for (const auto& item : pack_.meetings) out.push_back(item.id);
    return out;
  }
  // A choice of the ledger takes one of its own words, or a choice of the form that has no others.
  void value(const contract::Form& form, const ledger::Field& field, const std::string& text,
             const std::string& key) {
    const auto known = choices_of(field);
    const auto wrong = [&](const std::string& word, const std::string& choices) {
      fault(key, {"contract.effect_value",
                  {{"key", key}, {"value", word}, {"field", field.id}, {"choices", choices}}});
    };
    const auto* row = named_by(form, text);
    if (!field.ledger.empty() && row != nullptr && !row->ledger.empty() && row->ledger != field.ledger)
      wrong(row->id, field.ledger);
    if (known.empty()) return;
    std::string choices;
    for (const auto& choice : known) choices += (choices.empty() ? "" : ", ") + choice;
    const auto one = [&](const std::string& word) {
      if (std::ranges::find(known, word) == known.end()) wrong(word, choices);
    };
    if (const auto* from = named_by(form, text))
      for (const auto& choice : from->choices) one(choice.id);
    else if (text.find('{') == std::string::npos)
      one(text);
  }
  // Whether `wanted` holds wherever `given` does, as far as that can be read off them.
  static bool implies(const contract::Condition& given, const contract::Condition& wanted) {
    using Test = contract::Condition::Test;
    if (wanted.test == Test::always) return true;
    if (given.test == Test::all)
      return std::ranges::any_of(given.parts, [&](const auto& part) { return implies(part, wanted); });
    if (given.test != wanted.test || given.field != wanted.field) return false;
    const auto within = [](const auto& some, const auto& all) {
      return std::ranges::all_of(some, [&](const auto& v) { return std::ranges::find(all, v) != all.end(); });
    };
    switch (wanted.test) {
      case Test::is:
        return within(given.values, wanted.values);
      case Test::is_not:
        return within(wanted.values, given.values);
      case Test::at_least:
        return given.least >= wanted.least;
      case Test::filled:
        return given.filled == wanted.filled;
      default:
        return false;
    }
  }
  // A required field is never fed by one that may be left empty: what is asked for under a condition is there
  // where the effect or its step has that condition, too.
  void filled(const contract::Form& form, std::array<const contract::Condition*, 2> under,
              const std::string& text, const std::string& field, const std::string& key) {
    const auto* from = named_by(form, text);
    const bool always =
        from == nullptr ||
        (from->required && (implies(*under[0], from->when) || implies(*under[1], from->when)));
    if (!always)
      fault(key, {"contract.form_never_optional", {{"key", key}, {"field", from->id}, {"into", field}}});
  }

  // Which occasions of deliverables the product knows by itself; the others somebody opens.
  void occasions() {
    const auto sources = desk::load_event_sources(share_ / "deliverable_events.yaml");
    if (!sources) return fault("", sources.error());
    std::set<std::string, std::less<>> events, of_meetings;
    for (const auto& source : *sources) {
      const auto at = source.event.find("{kind}");
      if (source.kind == "incident.event")
        for (const auto& event : pack_.incident_events) events.insert(event.id);
      else if (at == std::string::npos)
        events.insert(source.event);
      else
        for (const auto& kind : pack_.work.kinds)
          events.insert(std::string(source.event).replace(at, std::string_view("{kind}").size(), kind.id));
    }
    for (const auto& form : pack_.forms)
      for (const auto& step : form.steps)
        for (const auto& effect : step.effects)
          if (effect.kind == "event") events.insert(effect.of);
    for (const auto& meeting : pack_.meetings) of_meetings.insert({meeting.minutes, meeting.material});
    for (const auto& of : pack_.obligations.deliverables)
      if (of.every == "occasion" && !events.contains(of.starts_on) && !of_meetings.contains(of.id))
        fault("deliverables." + of.id,
              {"contract.occasion_by_hand", {{"deliverable", of.id}, {"event", of.starts_on}}}, true);
  }

  // What a clause names as its proof outside the pack.
  void proofs() {
    const auto kinds = journal::load_kinds(share_ / "journal" / "kinds.yaml");
    for (const auto& clause : pack_.obligations.clauses)
      for (const auto& proof : clause.proof) {
        if (proof.kind == "ledger" && !ledgers_.contains(proof.of))
          missing("clauses." + clause.id, proof.of, share_ / "ledgers");
        if (proof.kind == "journal" && kinds && !kinds->contains(proof.of))
          missing("clauses." + clause.id, proof.of, share_ / "journal" / "kinds.yaml");
      }
  }

  void reports() {
    const auto known = names_in(share_ / "reports");
    for (const auto& report : pack_.reports)
      if (report.every == "month" && !known.contains(report.id))
        fault("reports." + report.id, {"contract.report_not_made", {{"name", report.id}}}, true);
  }

  const contract::Pack& pack_;
  const fs::path& share_;
  ledger::Definitions ledgers_;
  std::vector<Reference> out_;
};

}  // namespace

std::vector<Reference> check_references(const contract::Pack& pack, const fs::path& share) {
  return Check(pack, share).run();
}

}  // namespace yagura::apps
