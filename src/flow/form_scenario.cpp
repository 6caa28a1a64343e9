#include "flow/form_scenario.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "base/text.hpp"
#include "calendar/civil.hpp"
#include "flow/requests.hpp"
#include "schema/yaml.hpp"

namespace yagura::flow {
namespace {

using schema::Value;
namespace fs = std::filesystem;

constexpr Id first_row = 1'000'001;  // rows and people never have the same number

std::string listed(const std::vector<std::string>& names) {
  std::string out = "[";
  for (const auto& name : names) out += (out.size() > 1 ? ", " : "") + name;
  return out + "]";
}

// A database that vanishes with the run.
class Scratch {
 public:
  Scratch() {
    static std::atomic<int> count{0};
    folder_ = fs::temp_directory_path() /
              ("yagura_forms_" + std::to_string(::getpid()) + "_" + std::to_string(count++));
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    database_.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Result<void> open() {
    std::error_code ec;
    fs::create_directories(folder_, ec);
    YAGURA_TRY(database_, store::Database::open("sqlite:" + (folder_ / "forms.db").string()));
    YAGURA_CHECK(database_->migrate(journal::migrations()));
    return database_->migrate(migrations());
  }
  store::Database& database() { return *database_; }

 private:
  fs::path folder_;
  std::unique_ptr<store::Database> database_;
};

struct Somebody {
  Decider who;
  std::string head;  // by name; "" for nobody
};

// An effect as it was asked for, with rows and people by name.
struct Asked {
  int times = 0;
  std::map<std::string, std::string> values;
};

class File {
 public:
  File(fs::path path, const Value& value) : path_(std::move(path)), value_(value) {}

  [[nodiscard]] std::unexpected<Error> wrong(const Value& at, std::string what) const {
    return fail("flow.scenario_invalid",
                {{"file", path_.string()}, {"line", std::to_string(at.line())}, {"what", std::move(what)}});
  }
  template <std::size_t N>
  Result<void> only(const Value& at, const std::array<std::string_view, N>& known) const {
    for (const auto& [name, member] : at.members())
      if (std::ranges::find(known, name) == known.end()) return wrong(member.line() > 0 ? member : at, name);
    return {};
  }

  Result<FormScenarioOutcome> run(const fs::path& packs, const fs::path& share) {
    YAGURA_CHECK(only(value_, std::array<std::string_view, 5>{"title", "pack", "people", "rows", "cases"}));
    const auto& name = value_["pack"].text();
    if (name.empty() || name.find('/') != std::string::npos || name.starts_with('.'))
      return wrong(value_["pack"], "pack");
    if (value_["cases"].items().empty()) return wrong(value_, "cases");
    YAGURA_TRY(auto pack, contract::load_pack(packs / name));
    pack_ = std::make_shared<const contract::Pack>(std::move(pack));
    YAGURA_TRY(auto kinds, journal::load_kinds(share / "journal" / "kinds.yaml"));
    journal_ = std::make_unique<journal::Journal>(clock_, std::move(kinds));
    YAGURA_CHECK(people());
    rows();
    YAGURA_CHECK(scratch_.open());
    FormScenarioOutcome out{value_["title"].text(), pack_->id, {}};
    for (const auto& item : value_["cases"].items()) {
      YAGURA_TRY(auto one, play(item, out.cases.size()));
      out.cases.push_back(std::move(one));
    }
    return out;
  }

 private:
  Result<void> people() {
    for (const auto& [name, person] : value_["people"].members()) {
      YAGURA_CHECK(only(person, std::array<std::string_view, 2>{"roles", "head"}));
      auto& made = people_[name];
      made.who.account = static_cast<Id>(people_.size());
      made.who.name = name;
      names_[made.who.account] = name;
      for (const auto& role : person["roles"].items()) {
        if (pack_->role(role.text()) == nullptr) return wrong(role, role.text());
        made.who.roles.insert(role.text());
      }
      made.head = person["head"].text();
    }
    for (const auto& [name, person] : people_)
      if (!person.head.empty() && !people_.contains(person.head)) return wrong(value_["people"], person.head);
    return {};
  }
  void rows() {
    for (const auto& [ledger, titles] : value_["rows"].members())
      for (const auto& title : titles.items()) {
        const Id id = first_row + static_cast<Id>(rows_.size());
        rows_[{ledger, title.text()}] = id;
        names_[id] = title.text();
      }
  }

  Result<FormCaseOutcome> play(const Value& item, std::size_t index);

  fs::path path_;
  const Value& value_;
  std::shared_ptr<const contract::Pack> pack_;
  ManualClock clock_;
  IdSource ids_{clock_};
  std::unique_ptr<journal::Journal> journal_;
  std::map<std::string, Somebody, std::less<>> people_;
  std::map<std::pair<std::string, std::string>, Id> rows_;
  std::map<Id, std::string> names_;
  Scratch scratch_;

  friend class Case;
};

// One request from its submission to where the script leaves it.
class Case {
 public:
  Case(File& file, const Value& item, const contract::Form& form, std::string contract)
      : file_(file), item_(item), form_(form), contract_(std::move(contract)) {
    Requests::Bonds bonds;
    bonds.pack = [this](std::string_view) { return file_.pack_; };
    bonds.person = [this](std::string_view, Id id) -> Result<std::optional<Person>> {
      const auto found = file_.names_.find(id);
      if (found == file_.names_.end() || id >= first_row) return std::optional<Person>();
      return std::optional<Person>(Person{id, found->second});
    };
    bonds.head = [this](std::string_view, Id id) -> Result<std::optional<Person>> {
      const auto& head = file_.people_.at(file_.names_.at(id)).head;
      if (head.empty()) return std::optional<Person>();
      return std::optional<Person>(Person{file_.people_.at(head).who.account, head});
    };
    bonds.row_exists = [this](std::string_view, const std::string& ledger, Id row) -> Result<bool> {
      return std::ranges::any_of(
          file_.rows_, [&](const auto& known) { return known.second == row && known.first.first == ledger; });
    };
    bonds.effect = [this](store::Session&, const EffectCall& call) -> Result<std::string> {
      auto& asked = asked_[call.effect.id];
      ++asked.times;
      for (const auto& [name, value] : call.values) asked.values[name] = named(value);
      if (call.effect.kind == "change") asked.values["row"] = named(call.fields.at(call.effect.of));
      return call.effect.title.ja;
    };
    requests_ = std::make_unique<Requests>(
        Requests::Ground{file_.scratch_.database(), *file_.journal_, file_.clock_, file_.ids_}, bonds);
  }

  Result<FormCaseOutcome> run() {
    out_.title = item_["title"].text();
    out_.form = form_.id;
    out_.line = item_.line();
    YAGURA_CHECK(file_.only(
        item_, std::array<std::string_view, 12>{"title", "form", "at", "by", "fill", "open", "waits_for",
                                                "due", "error", "acts", "state", "effects"}));
    YAGURA_CHECK(submit());
    for (const auto& act : item_["acts"].items()) YAGURA_CHECK(decide(act));
    YAGURA_CHECK(end());
    return std::move(out_);
  }

 private:
  // The number of a row or person as people call it.
  [[nodiscard]] std::string named(const std::string& value) const {
    const auto known = std::ranges::find_if(file_.names_, [&](const auto& name) {
      return name.first >= first_row && std::to_string(name.first) == value;
    });
    return known == file_.names_.end() ? value : known->second;
  }
  void differ(const std::string& where, const std::string& what, const std::string& expected,
              const std::string& is) {
    out_.differences.push_back(where + ": " + what + ": expected " + expected + ", is " + is);
  }

  Result<Values> filled(const Value& fill) {
    Values out;
    for (const auto& [name, member] : fill.members()) {
      const auto* field = form_.field(name);
      auto text = member.text();
      if (field != nullptr && field->type == "person" && file_.people_.contains(text))
        text = std::to_string(file_.people_.at(text).who.account);
      if (field != nullptr && field->type == "ledger_row") {
        const auto row = file_.rows_.find({field->ledger, text});
        if (row != file_.rows_.end()) text = std::to_string(row->second);
      }
      out[name] = text;
    }
    return out;
  }

  // The clock moves to the instant of an act; a minute on where it names none.
  Result<void> move_to(const Value& act) {
    if (act["at"].is_null()) {
      file_.clock_.advance(std::chrono::minutes(1));
      return {};
    }
    const auto at = calendar::parse_instant(act["at"].text());
    if (!at) return file_.wrong(act["at"], act["at"].text());
    file_.clock_.jump_to(*at);
    return {};
  }

  Result<void> submit() {
    const auto by = file_.people_.find(item_["by"].text());
    if (by == file_.people_.end()) return file_.wrong(item_, "by");
    if (item_["at"].is_null()) return file_.wrong(item_, "at");
    YAGURA_CHECK(move_to(item_));
    who_ = &by->second.who;
    YAGURA_TRY(const auto values, filled(item_["fill"]));
    const auto made = requests_->submit({who_->account, who_->name, ""}, *who_, contract_, form_.id, values);
    note(who_->name + " submit", made);
    return compare("submission", item_, made);
  }

  Result<void> decide(const Value& act) {
    YAGURA_CHECK(file_.only(act, std::array<std::string_view, 8>{"do", "at", "fill", "open", "waits_for",
                                                                 "due", "error", "state"}));
    const auto& text = act["do"].text();
    const auto because = text.find(" because ");
    const auto words = split(std::string_view(text).substr(0, because), ' ');
    const auto person = words.empty() ? file_.people_.end() : file_.people_.find(words[0]);
    if (words.size() < 2 || person == file_.people_.end()) return file_.wrong(act, text);
    YAGURA_CHECK(move_to(act));
    const auto& who = person->second.who;
    YAGURA_TRY(const auto values, filled(act["fill"]));
    const Requests::Act done{request_.id, request_.version, std::string(words.size() > 2 ? words[2] : ""),
                             because == std::string::npos ? "" : text.substr(because + 9), values};
    const journal::Actor actor{who.account, who.name, ""};
    Result<Request> now = fail("flow.scenario_invalid");
    if (words[1] == "approve")
      now = requests_->approve(actor, who, contract_, done);
    else if (words[1] == "send_back")
      now = requests_->send_back(actor, who, contract_, done);
    else if (words[1] == "reject")
      now = requests_->reject(actor, who, contract_, done);
    else if (words[1] == "withdraw")
      now = requests_->withdraw(actor, contract_, done);
    else if (words[1] == "resubmit")
      now = requests_->resubmit(actor, contract_, done);
    else
      return file_.wrong(act, text);
    note(text, now);
    return compare("after “" + text + "”", act, now);
  }

  void note(const std::string& what, const Result<Request>& now) {
    std::string line = calendar::format_civil(file_.clock_.now()) + " " + what + " → ";
    if (!now)
      line += now.error().code;
    else
      line += std::string(name_of(now->at.state)) + " " + listed(open_of(*now));
    out_.account.push_back(std::move(line));
  }
  [[nodiscard]] static std::vector<std::string> open_of(const Request& request) {
    std::vector<std::string> open;
    for (std::size_t i = 0; i < request.route.size(); ++i)
      if (request.at.state == State::running && request.at.steps[i].state == StepState::open)
        open.push_back(request.route[i].step);
    return open;
  }

  Result<void> compare(const std::string& where, const Value& at, const Result<Request>& now) {
    const auto& error = at["error"].text();
    if ((now ? "" : now.error().code) != error)
      differ(where, "error", error.empty() ? "none" : error, now ? "none" : now.error().text());
    if (now) request_ = *now;
    if (request_.id == 0) return {};
    YAGURA_CHECK(requests_->tick());
    YAGURA_TRY(request_, requests_->get(contract_, request_.id));
    remember();
    if (!at["open"].is_null()) {
      std::vector<std::string> expected;
      for (const auto& step : at["open"].items()) expected.push_back(step.text());
      if (const auto open = open_of(request_); open != expected)
        differ(where, "open", listed(expected), listed(open));
    }
    if (!at["waits_for"].is_null()) {
      std::vector<std::string> expected;
      for (const auto& name : at["waits_for"].items()) expected.push_back(name.text());
      if (const auto waits = waited_for(); waits != expected)
        differ(where, "waits_for", listed(expected), listed(waits));
    }
    for (const auto& [step, due] : at["due"].members()) {
      const auto open = std::ranges::find(request_.open, step, &OpenStep::step);
      const auto is = open == request_.open.end() || !open->due ? "none" : calendar::format_civil(*open->due);
      if (is != due.text()) differ(where, "due " + step, due.text(), is);
    }
    if (const auto& state = at["state"].text();
        &at != &item_ && !state.empty() && name_of(request_.at.state) != state)
      differ(where, "state", state, std::string(name_of(request_.at.state)));
    return {};
  }
  // Who could decide now, by name.
  [[nodiscard]] std::vector<std::string> waited_for() const {
    std::vector<std::string> out;
    for (const auto& [name, person] : file_.people_) {
      const bool may = [&] {
        for (std::size_t i = 0; i < request_.route.size(); ++i)
          if (request_.at.state == State::running && request_.at.steps[i].state == StepState::open &&
              standing(request_.route, request_.at, i, person.who))
            return true;
        return false;
      }();
      if (may) out.push_back(name);
    }
    return out;
  }
  // A step may be passed in one round and open again in the next.
  void remember() {
    for (std::size_t i = 0; i < request_.route.size(); ++i)
      if (request_.at.steps[i].state == StepState::passed) out_.passed.insert(request_.route[i].step);
  }

  Result<void> end() {
    out_.number = request_.number;
    out_.state = request_.id == 0 ? "refused" : std::string(name_of(request_.at.state));
    if (const auto& state = item_["state"].text(); !state.empty() && state != out_.state)
      differ("at the end", "state", state, out_.state);
    const auto& expected = item_["effects"];
    for (const auto& [id, asked] : asked_) {
      out_.effects.insert(id);
      if (asked.times != 1)
        differ("at the end", "effect " + id, "once", std::to_string(asked.times) + " times");
      if (expected[id].is_null()) differ("at the end", "effect " + id, "none", "asked for");
    }
    for (const auto& [id, values] : expected.members()) {
      const auto asked = asked_.find(id);
      if (asked == asked_.end()) {
        differ("at the end", "effect " + id, "asked for", "none");
        continue;
      }
      for (const auto& [name, value] : values.members()) {
        const auto is = asked->second.values.find(name);
        const std::string said = is == asked->second.values.end() ? "none" : is->second;
        if (said != value.text()) differ("at the end", "effect " + id + "." + name, value.text(), said);
      }
    }
    return {};
  }

  File& file_;
  const Value& item_;
  const contract::Form& form_;
  std::string contract_;
  std::unique_ptr<Requests> requests_;
  const Decider* who_ = nullptr;
  Request request_;
  std::map<std::string, Asked> asked_;
  FormCaseOutcome out_;
};

Result<FormCaseOutcome> File::play(const Value& item, std::size_t index) {
  const auto* form = pack_->form(item["form"].text());
  if (form == nullptr) return wrong(item, "form " + item["form"].text());
  // Each case counts its numbers for itself.
  return Case(*this, item, *form, pack_->id + "." + std::to_string(index)).run();
}

}  // namespace

Result<FormScenarioOutcome> run_form_scenario(const std::filesystem::path& file,
                                              const std::filesystem::path& packs,
                                              const std::filesystem::path& share) {
  YAGURA_TRY(const auto value, schema::read_yaml(file));
  return File(file, value).run(packs, share);
}

}  // namespace yagura::flow
