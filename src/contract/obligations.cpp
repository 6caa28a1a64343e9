#include "contract/obligations.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "contract/deadline_form.hpp"
#include "contract/value_types.hpp"

namespace yagura::contract {
namespace {

using schema::Value;

// Proofs that name a thing by its id …
constexpr std::array naming = {
    "clock",        "deadline",  "deliverable", "report",     "availability", "hours",
    "calendar",     "product",   "monitor",     "ledger",     "form",         "meeting",
    "contact_tree", "trap",      "role",        "site",       "equipment",    "unit",
    "journal",      "work_kind", "check_list",  "check_item", "ticket_kind",  "password_rotation"};
// … and those that are rules of which a contract has one.
constexpr std::array single = {"silence",      "ping",   "morning_round", "sign_in",
                               "report_parts", "roster", "retention",     "work_notices"};

class Reader {
 public:
  Reader(const Tree& tree, const calendar::Book& book, const std::string& office_calendar,
         std::vector<Fault>& faults)
      : tree_(tree), book_(book), office_calendar_(office_calendar), faults_(faults) {}

  Obligations read() {
    for (const auto& value : root("deliverables").items()) deliverable(value);
    for (const auto& value : root("numbering").items()) {
      if (std::ranges::find(out_.numbering, value.text()) != out_.numbering.end())
        fault(value, "contract.number_twice", value.text());
      out_.numbering.push_back(value.text());
    }
    if (root("numbering").is_null() && !root("clauses").items().empty())
      fault(root("clauses").items().front(), "contract.numbering_missing", "");
    for (const auto& value : root("clauses").items()) clause(value);
    for (const auto& value : root("numbering").items())
      if (!described_.contains(value.text())) fault(value, "contract.clause_missing", value.text());
    std::ranges::sort(out_.clauses, {}, [&](const Clause& c) {
      return std::ranges::find(out_.numbering, c.section) - out_.numbering.begin();
    });
    return std::move(out_);
  }

 private:
  [[nodiscard]] const Value& root(std::string_view key) const { return tree_.root()[key]; }
  void fault(const Value& at, std::string_view code, const std::string& section) {
    const auto place = tree_.place(at);
    faults_.push_back({place.file, place.line, {std::string(code), {{"section", section.substr(0, 64)}}}});
  }
  static std::vector<std::string> texts(const Value& list) {
    std::vector<std::string> out;
    for (const auto& item : list.items()) out.push_back(item.text());
    return out;
  }

  void deliverable(const Value& value) {
    Deliverable made;
    made.id = value["id"].text();
    made.title = words_of(value["title"]);
    made.clause = value["clause"].text();
    made.every = value["every"].text();
    made.starts_on = value["starts_on"].text();
    made.formats = texts(value["formats"]);
    if (value["copies"].is_number()) made.copies = static_cast<int>(value["copies"].integer());
    made.submitted_by = value["submitted_by"].text();
    made.accepted_by = value["accepted_by"].text();
    made.report = value["report"].text();
    if (value["remind_days"].is_array()) {
      made.remind_days.clear();
      for (const auto& days : value["remind_days"].items())
        made.remind_days.push_back(static_cast<int>(std::clamp<std::int64_t>(days.integer(), 0, 365)));
    }
    if (const auto& within = value["accepted_within"]; !within.is_null()) {
      auto limit = sound_deadline(within);
      if (!limit) return;
      made.accepted_within = *std::move(limit);
    }
    auto due = sound_deadline(value["due"]);
    if (!due) return;
    made.due = *std::move(due);
    out_.deliverables.push_back(std::move(made));
  }

  std::optional<calendar::Deadline> sound_deadline(const Value& value) {
    auto deadline = read_deadline(value, office_calendar_);
    if (deadline) {
      if (const auto sound = calendar::check_deadline(*deadline, book_); !sound)
        deadline = std::unexpected(sound.error());
    }
    if (deadline) return *std::move(deadline);
    const auto place = tree_.place(value);
    faults_.push_back({place.file, place.line, deadline.error()});
    return std::nullopt;
  }

  void clause(const Value& value) {
    Clause made;
    made.id = value["id"].text();
    made.section = value["section"].text();
    made.title = words_of(value["title"]);
    made.owes = value["owes"].text();
    for (const auto& item : value["proof"].items()) {
      made.proof.push_back(proof(item));
      const auto& kind = made.proof.back().kind;
      // Of rules: that the pack has them, and that the proof is not switched off.
      if (std::ranges::find(single, kind) != single.end() && (root(kind).is_null() || !item[kind].boolean()))
        fault(item, "contract.proof_absent", made.section);
    }
    if (std::ranges::find(out_.numbering, made.section) == out_.numbering.end()) {
      if (!root("numbering").is_null()) fault(value, "contract.clause_not_numbered", made.section);
    } else if (!described_.insert(made.section).second)
      fault(value, "contract.clause_twice", made.section);
    if (made.owes != "nobody" && made.proof.empty()) fault(value, "contract.clause_unproven", made.section);
    out_.clauses.push_back(std::move(made));
  }

  // The rulebook saw to it that there is exactly one, and that what it names is there.
  static Proof proof(const Value& value) {
    if (const auto& word = value["attestation"]; !word.is_null())
      return {"attestation", "", words_of(word["title"]), word["by"].text(), word["every"].text()};
    for (const auto* kind : naming)
      if (!value[kind].is_null()) return {kind, value[kind].text(), {}, {}, {}};
    for (const auto* kind : single)
      if (!value[kind].is_null()) return {kind, "", {}, {}, {}};
    return {};
  }

  const Tree& tree_;
  const calendar::Book& book_;
  const std::string& office_calendar_;
  std::vector<Fault>& faults_;
  Obligations out_;
  std::set<std::string, std::less<>> described_;
};

}  // namespace

Obligations build_obligations(const Tree& tree, const calendar::Book& book,
                              const std::string& office_calendar, std::vector<Fault>& faults) {
  return Reader(tree, book, office_calendar, faults).read();
}

}  // namespace yagura::contract
