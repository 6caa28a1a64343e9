// The MIB modules of some folders, resolved: names to numbers and back.
//
// Purpose: the kinds of traps name OIDs by name, screens show OIDs by name, `yagura mib check FILE` says
//          what is wrong with a file before it is dropped into the folder.
// Threads: a Library is immutable once loaded; any number of threads may read it. To reload, load a new one
//          and swap the pointer.
// Lifetime: pointers returned live as long as the Library.
// Errors:  monitor.mib_* as faults with file and line; a file with faults costs only what depends on it.
// Follows: RFC 2578–2580, RFC 1155, 1212, 1215; a TRAP-TYPE gets its OID by RFC 3584 section 3.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "monitor/mib/module.hpp"
#include "monitor/mib/oid.hpp"

namespace yagura::monitor::mib {

struct Node {
  std::string module;
  std::string name;
  Oid oid;
  SymbolKind kind = SymbolKind::node;
  Syntax syntax;           // textual conventions followed down to their base type
  std::string convention;  // the textual convention it was written with, or ""
  std::string display_hint;
  std::vector<std::string> objects;  // of notifications and traps
  std::string description;
  [[nodiscard]] std::string qualified() const { return module + "::" + name; }
};

// The deepest node at or above an OID, and what is left below it (the instance).
struct Located {
  const Node* node = nullptr;
  std::span<const std::uint32_t> instance;
};

class Library {
 public:
  // A file, or a folder whose files are all read (README*, *.md and hidden files are not); sub-folders too.
  // Of a module that stands in two files the first is used. Faults do not stop the rest.
  static Library load(const std::vector<std::filesystem::path>& folders);

  // "linkDown", "IF-MIB::linkDown". An unqualified name that several modules define is the one of the first
  // module by name.
  [[nodiscard]] const Node* find(std::string_view name) const;
  // "1.3.6.1.6.3.1.1.5.3", "IF-MIB::ifIndex", "ifIndex.3".
  // Errors: monitor.mib_name_unknown, monitor.oid_invalid.
  [[nodiscard]] Result<Oid> oid_of(std::string_view text) const;
  // oid must outlive the answer.
  [[nodiscard]] Located locate(const Oid& oid) const;
  // "IF-MIB::ifIndex.3", or dotted where no module knows more than the first levels.
  [[nodiscard]] std::string text_of(const Oid& oid) const;
  // "down" for (ifOperStatus.7, 2); nullopt when there is no such label.
  [[nodiscard]] std::optional<std::string_view> label_of(const Oid& oid, std::int64_t value) const;

  [[nodiscard]] const std::vector<Fault>& faults() const { return faults_; }
  [[nodiscard]] const std::vector<std::string>& modules() const { return module_names_; }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }

 private:
  friend class Resolver;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::unordered_map<std::string, const Node*> by_qualified_;
  std::map<std::string, const Node*, std::less<>> by_name_;
  std::map<Oid, const Node*> by_oid_;
  std::vector<std::string> module_names_;
  std::vector<Fault> faults_;
};

// What `yagura mib check FILE` prints: the faults of this file alone, resolved together with the modules of
// the folders. Empty when the file is fit to be dropped in.
std::vector<Fault> check(const std::filesystem::path& file,
                         const std::vector<std::filesystem::path>& folders);

}  // namespace yagura::monitor::mib
