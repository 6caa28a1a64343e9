// Rows of one import file that refer to each other: a site and the site it belongs to, a device and the
// devices above it, in whatever order they stand.
//
// Purpose: while a file is read, a reference that names no row of the ledger is held as a token; when the
//          whole file is known, each token becomes a row of the ledger or a line of the file, or its row is
//          refused.
// Ids:     a row of the ledger by its id; a row that the import will create by its line, negative (-7 is line
//          7); tokens lie below -10^15, so that they are neither.
// Cycles:  where a field is acyclic, every row of the file that lies on a cycle of what would stand
//          afterwards is refused; what the file leaves as it is counts as it is.
// Threads: for one thread.
#pragma once

#include <map>
#include <unordered_map>
#include <vector>

#include "ledger/field_value.hpp"
#include "schema/shape.hpp"

namespace yagura::ledger {

// Who refers to whom through one field.
using Edges = std::unordered_map<Id, std::vector<Id>>;
// The nodes that lie on a cycle, or on a way from one cycle to another.
std::vector<Id> on_cycles(const Edges& edges);

// The fields through which rows of this ledger refer to rows of the same one.
std::vector<const Field*> own_references(const Definition& d);

class FileLinks {
 public:
  explicit FileLinks(const Definition& d) : d_(d), fields_(own_references(d)) {}

  [[nodiscard]] bool possible() const { return !fields_.empty(); }
  // What a reference to that title holds until the file has been read.
  Id token(const std::string& title);
  // A row of the file in its order. existing: its id in the ledger, or 0. refused: for another reason
  // already; then only its title is of interest.
  void row(std::int64_t line, Id existing, const std::string& title, const schema::Value& fields,
           bool refused);

  struct Verdict {
    std::vector<schema::Fault> faults;  // none: the row stands, with tokens replaced by resolved()
  };
  // ledger_edges: for each acyclic field, what stands in the ledger now. Answers with the rows that are still
  // to be written anew: those with tokens, and those that are refused.
  std::map<std::int64_t, Verdict> decide(std::map<std::string, Edges> ledger_edges);
  // A reference's value with tokens replaced; twice the same target is one. Only after decide().
  [[nodiscard]] schema::Value resolved(const schema::Value& value) const;

 private:
  struct FileRow {
    std::int64_t line = 0;
    Id existing = 0;
    bool refused = false;
    std::vector<std::pair<const Field*, std::vector<Id>>> links;
    bool has_tokens = false;
    [[nodiscard]] Id node() const { return existing != 0 ? existing : -line; }
  };
  struct Target {
    Id node = 0;
    int rows = 0;  // of the file that bear the title
  };
  [[nodiscard]] Id target(Id id) const;
  void refuse(FileRow& row, const Field& field, Error error, std::map<std::int64_t, Verdict>& verdicts);
  bool refuse_unknown(std::map<std::int64_t, Verdict>& verdicts);
  bool refuse_cycles(const std::map<std::string, Edges>& ledger_edges,
                     std::map<std::int64_t, Verdict>& verdicts);

  const Definition& d_;
  const std::vector<const Field*> fields_;
  std::vector<std::string> wanted_;  // titles by token
  std::unordered_map<std::string, Id> tokens_;
  std::unordered_map<std::string, Target> titles_;
  std::vector<FileRow> rows_;
  std::unordered_map<Id, std::size_t> by_node_;
};

}  // namespace yagura::ledger
