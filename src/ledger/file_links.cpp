#include "ledger/file_links.hpp"

#include <algorithm>
#include <set>

namespace yagura::ledger {

using schema::Value;

namespace {

constexpr Id first_token = -1'000'000'000'000'000;

template <class Use>
void each_target(const Value& value, Use&& use) {
  if (value.kind() == Value::Kind::integer) use(value.integer());
  for (const auto& item : value.items()) use(item.integer());
}

// Takes away what nobody refers to (or what refers to nobody), again and again.
void trim_leaves(std::set<Id>& left, const Edges& edges) {
  std::unordered_map<Id, int> degree;
  std::unordered_map<Id, std::vector<Id>> back;
  for (const auto& [from, targets] : edges)
    for (const Id to : targets)
      if (left.contains(from) && left.contains(to)) {
        ++degree[from];
        back[to].push_back(from);
      }
  std::vector<Id> leaves;
  for (const Id node : left)
    if (!degree.contains(node)) leaves.push_back(node);
  while (!leaves.empty()) {
    const Id leaf = leaves.back();
    leaves.pop_back();
    left.erase(leaf);
    for (const Id from : back[leaf])
      if (--degree[from] == 0) leaves.push_back(from);
  }
}

Edges turned(const Edges& edges) {
  Edges out;
  for (const auto& [from, targets] : edges)
    for (const Id to : targets) out[to].push_back(from);
  return out;
}

}  // namespace

std::vector<Id> on_cycles(const Edges& edges) {
  std::set<Id> left;
  for (const auto& [from, targets] : edges) {
    left.insert(from);
    left.insert(targets.begin(), targets.end());
  }
  trim_leaves(left, edges);
  if (!left.empty()) trim_leaves(left, turned(edges));
  return {left.begin(), left.end()};
}

std::vector<const Field*> own_references(const Definition& d) {
  std::vector<const Field*> out;
  for (const auto& field : d.fields)
    if (field.ledger == d.id) out.push_back(&field);
  return out;
}

Id FileLinks::token(const std::string& title) {
  const auto [at, added] = tokens_.try_emplace(title, first_token - static_cast<Id>(wanted_.size()));
  if (added) wanted_.push_back(title);
  return at->second;
}

void FileLinks::row(std::int64_t line, Id existing, const std::string& title, const Value& fields,
                    bool refused) {
  if (!possible()) return;
  FileRow row{line, existing, refused, {}, false};
  for (const auto* field : fields_) {
    auto& [of, targets] = row.links.emplace_back(field, std::vector<Id>{});
    if (refused) continue;
    each_target(fields[field->id], [&, &into = targets](Id id) {
      into.push_back(id);
      row.has_tokens = row.has_tokens || id <= first_token;
    });
  }
  auto& target = titles_[title];
  target.node = row.node();
  ++target.rows;
  // The second row of the file for one row of the ledger is refused; the first one stands for it.
  if (!refused || !by_node_.contains(row.node())) by_node_[row.node()] = rows_.size();
  rows_.push_back(std::move(row));
}

Id FileLinks::target(Id id) const {
  if (id > first_token) return id;
  const auto found = titles_.find(wanted_[static_cast<std::size_t>(first_token - id)]);
  return found == titles_.end() || found->second.rows != 1 ? 0 : found->second.node;
}

void FileLinks::refuse(FileRow& row, const Field& field, Error error,
                       std::map<std::int64_t, Verdict>& verdicts) {
  row.refused = true;
  verdicts[row.line].faults.push_back({field.id, 0, std::move(error)});
}

bool FileLinks::refuse_unknown(std::map<std::int64_t, Verdict>& verdicts) {
  bool any = false;
  for (auto& row : rows_) {
    if (row.refused || !row.has_tokens) continue;
    for (const auto& [field, targets] : row.links)
      for (const Id id : targets) {
        if (id > first_token) continue;
        const auto& title = wanted_[static_cast<std::size_t>(first_token - id)];
        const ErrorArgs args{{"field", field->name.ja},
                             {"field_en", field->name.en},
                             {"value", title.substr(0, 80)},
                             {"ledger", d_.id}};
        const Id node = target(id);
        if (node == 0)
          refuse(row, *field, {"ledger.reference_unknown", args}, verdicts);
        else if (const auto at = by_node_.find(node); at != by_node_.end() && rows_[at->second].refused)
          refuse(row, *field, {"ledger.import_reference_rejected", args}, verdicts);
        any = any || row.refused;
      }
  }
  return any;
}

bool FileLinks::refuse_cycles(const std::map<std::string, Edges>& ledger_edges,
                              std::map<std::int64_t, Verdict>& verdicts) {
  bool any = false;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const Field& field = *fields_[i];
    if (!field.acyclic) continue;
    Edges edges;
    if (const auto held = ledger_edges.find(field.id); held != ledger_edges.end()) edges = held->second;
    for (const auto& row : rows_) {
      if (row.refused) continue;
      auto& targets = edges[row.node()];
      targets.clear();
      for (const Id id : row.links[i].second) targets.push_back(target(id));
    }
    for (const Id node : on_cycles(edges)) {
      const auto at = by_node_.find(node);
      if (at == by_node_.end() || rows_[at->second].refused) continue;
      refuse(rows_[at->second], field,
             {"ledger.reference_cycle", {{"field", field.name.ja}, {"field_en", field.name.en}}}, verdicts);
      any = true;
    }
  }
  return any;
}

std::map<std::int64_t, FileLinks::Verdict> FileLinks::decide(std::map<std::string, Edges> ledger_edges) {
  std::map<std::int64_t, Verdict> verdicts;
  for (const auto& row : rows_)
    if (row.has_tokens && !row.refused) verdicts[row.line];
  // What refers to a refused row is refused as well, and a refused row keeps what it referred to before.
  do {
    while (refuse_unknown(verdicts)) {
    }
  } while (refuse_cycles(ledger_edges, verdicts));
  return verdicts;
}

Value FileLinks::resolved(const Value& value) const {
  if (value.kind() == Value::Kind::integer) return Value(target(value.integer()));
  if (!value.is_array()) return value;
  Value out = Value::array();
  for (const auto& item : value.items()) {
    const Value one(target(item.integer()));
    if (std::ranges::find(out.items(), one) == out.items().end()) out.push(one);
  }
  return out;
}

}  // namespace yagura::ledger
