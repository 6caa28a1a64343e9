#include "monitor/mib/resolver.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace yagura::monitor::mib {
namespace {

struct Root {
  std::string_view name;
  std::string_view oid;
};

// RFC 1155, RFC 2578: the names that stand in the macro modules, which nobody needs as files.
constexpr std::array kRoots = {
    Root{"ccitt", "0"},
    Root{"zeroDotZero", "0.0"},
    Root{"iso", "1"},
    Root{"joint-iso-ccitt", "2"},
    Root{"org", "1.3"},
    Root{"dod", "1.3.6"},
    Root{"internet", "1.3.6.1"},
    Root{"directory", "1.3.6.1.1"},
    Root{"mgmt", "1.3.6.1.2"},
    Root{"mib-2", "1.3.6.1.2.1"},
    Root{"transmission", "1.3.6.1.2.1.10"},
    Root{"experimental", "1.3.6.1.3"},
    Root{"private", "1.3.6.1.4"},
    Root{"enterprises", "1.3.6.1.4.1"},
    Root{"security", "1.3.6.1.5"},
    Root{"snmpV2", "1.3.6.1.6"},
    Root{"snmpDomains", "1.3.6.1.6.1"},
    Root{"snmpProxys", "1.3.6.1.6.2"},
    Root{"snmpModules", "1.3.6.1.6.3"},
    // The root of SNMPv1's generic traps, named by the ENTERPRISE clause of RFC 1215.
    Root{"snmp", "1.3.6.1.2.1.11"},
};

// Macro and type modules whose content is built in.
constexpr std::array<std::string_view, 9> kBuiltIn = {"SNMPv2-SMI",  "SNMPv2-TC",     "SNMPv2-CONF",
                                                      "RFC1155-SMI", "RFC-1212",      "RFC-1215",
                                                      "RFC1065-SMI", "SNMPv2-SMI-v1", "SNMPv2-TC-v1"};

bool built_in(std::string_view module) { return std::ranges::find(kBuiltIn, module) != kBuiltIn.end(); }

// Conventions of SNMPv2-TC (RFC 2579) that carry labels or a way to be shown.
struct Convention {
  std::string_view name;
  std::string_view type;
  std::string_view hint;
};
constexpr std::array kConventions = {
    Convention{"DisplayString", "OCTET STRING", "255a"},
    Convention{"PhysAddress", "OCTET STRING", "1x:"},
    Convention{"MacAddress", "OCTET STRING", "1x:"},
    Convention{"DateAndTime", "OCTET STRING", "2d-1d-1d,1d:1d:1d.1d,1a1d:1d"},
    Convention{"TruthValue", "INTEGER", ""},
    Convention{"RowStatus", "INTEGER", ""},
};
const Enumeration kTruth = {{1, "true"}, {2, "false"}};
const Enumeration kRowStatus = {{1, "active"},      {2, "notInService"},  {3, "notReady"},
                                {4, "createAndGo"}, {5, "createAndWait"}, {6, "destroy"}};

}  // namespace

class Resolver {
 public:
  Resolver(std::vector<Module> modules, std::vector<Fault> faults) : modules_(std::move(modules)) {
    library_.faults_ = std::move(faults);
  }

  Library run() {
    drop_repeated_modules();
    index();
    add_roots();
    for (auto& module : modules_) {
      check_imports(module);
      library_.module_names_.push_back(module.name);
      for (const auto& symbol : module.symbols) resolve_symbol(module, symbol);
    }
    return std::move(library_);
  }

 private:
  struct Entry {
    const Module* module;
    const Symbol* symbol;
    enum class State : std::uint8_t { fresh, open, done, failed } state = State::fresh;
    Oid oid;
  };

  void fault(const Module& module, std::uint32_t line, bool fatal, std::string code, ErrorArgs args) {
    args.insert(args.begin(), {{"file", module.file}, {"line", std::to_string(line)}});
    library_.faults_.push_back({module.file, line, fatal, Error{std::move(code), std::move(args)}});
  }

  // The same module in two files: the first is used and the second named, so that nobody wonders which.
  void drop_repeated_modules() {
    std::map<std::string, Module> first;
    for (auto& module : modules_) {
      const auto found = first.find(module.name);
      if (found == first.end())
        first.emplace(module.name, std::move(module));
      else
        fault(module, module.line, false, "monitor.mib_module_twice",
              {{"module", module.name}, {"other", found->second.file}});
    }
    modules_.clear();
    for (auto& [name, module] : first) modules_.push_back(std::move(module));
  }

  void index() {
    for (const auto& module : modules_) {
      by_name_[module.name] = &module;
      for (const auto& symbol : module.symbols) {
        entries_.try_emplace({&module, symbol.name}, Entry{&module, &symbol, {}, {}});
        owners_[symbol.name].push_back(&module);
      }
      for (const auto& type : module.types) {
        types_.try_emplace({&module, type.name}, &type);
        type_owners_[type.name].push_back(&module);
      }
      for (const auto& import : module.imports) imports_.try_emplace({&module, import.name}, &import);
    }
  }

  void add_roots() {
    for (const auto& root : kRoots) {
      auto node = std::make_unique<Node>();
      node->name = root.name;
      node->oid = parse_oid(root.oid).value();
      roots_[node->name] = node->oid;
      library_.by_oid_[node->oid] = node.get();
      library_.by_name_[node->name] = node.get();
      library_.nodes_.push_back(std::move(node));
    }
  }

  void check_imports(const Module& module) {
    std::set<std::string_view> missing;
    for (const auto& import : module.imports) {
      if (by_name_.contains(import.module) || built_in(import.module)) continue;
      if (missing.insert(import.module).second)
        fault(module, import.line, false, "monitor.mib_import_missing", {{"module", import.module}});
    }
  }

  // The module that a name stands for inside another: its own, what it imports, and failing that any module
  // that has it (vendors forget imports, and RFC1213-MIB's names moved to many modules).
  template <class Index>
  const Module* owner(const Module& module, const std::string& name, const Index& own,
                      const std::map<std::string, std::vector<const Module*>, std::less<>>& owners) const {
    if (own.contains({&module, name})) return &module;
    if (const auto import = imports_.find({&module, name}); import != imports_.end()) {
      const auto from = by_name_.find(import->second->module);
      if (from != by_name_.end() && own.contains({from->second, name})) return from->second;
    }
    const auto any = owners.find(name);
    return any == owners.end() ? nullptr : any->second.front();
  }

  const Oid* oid_of(const Module& module, const std::string& name, std::uint32_t line, int depth) {
    const auto* from = owner(module, name, entries_, owners_);
    const auto root = roots_.find(name);
    if (from == nullptr || (root != roots_.end() && from != &module)) {
      if (root != roots_.end()) return &root->second;
      fault(module, line, true, "monitor.mib_parent_unknown", {{"name", name}});
      return nullptr;
    }
    return resolve_entry(entries_.at({from, name}), line, depth);
  }

  const Oid* resolve_entry(Entry& entry, std::uint32_t line, int depth) {
    using State = Entry::State;
    if (entry.state == State::done) return &entry.oid;
    if (entry.state == State::failed) return nullptr;
    if (entry.state == State::open || depth > 256) {
      fault(*entry.module, line, true, "monitor.mib_cycle", {{"name", entry.symbol->name}});
      return nullptr;
    }
    entry.state = State::open;
    Oid oid;
    const bool good = compute(entry, oid, depth);
    entry.state = good ? State::done : State::failed;
    entry.oid = std::move(oid);
    return good ? &entry.oid : nullptr;
  }

  bool compute(const Entry& entry, Oid& oid, int depth) {
    const auto& symbol = *entry.symbol;
    for (std::size_t i = 0; i < symbol.value.size(); ++i) {
      const auto& part = symbol.value[i];
      // In { iso org(3) dod(6) … } a number stands behind every name but the first.
      if (part.has_number && (i > 0 || part.name.empty() || !roots_.contains(part.name))) {
        oid.push_back(part.number);
        continue;
      }
      const auto* parent = i == 0 ? oid_of(*entry.module, part.name, symbol.line, depth + 1) : nullptr;
      if (parent == nullptr) {
        if (i > 0)
          fault(*entry.module, symbol.line, true, "monitor.mib_parent_unknown", {{"name", part.name}});
        return false;
      }
      oid = *parent;
    }
    if (symbol.kind == SymbolKind::trap) number_trap(symbol, oid);
    if (!oid.empty() && oid.size() <= kMaxOid) return true;
    fault(*entry.module, symbol.line, true, "monitor.mib_parent_unknown", {{"name", symbol.name}});
    return false;
  }

  // RFC 3584 3.1: generic traps are snmpTraps.(generic + 1), all others enterprise.0.specific.
  static void number_trap(const Symbol& symbol, Oid& oid) {
    static const Oid snmp = {1, 3, 6, 1, 2, 1, 11};
    if (oid == snmp) {
      oid = {1, 3, 6, 1, 6, 3, 1, 1, 5, symbol.trap_number + 1};
    } else {
      oid.push_back(0);
      oid.push_back(symbol.trap_number);
    }
  }

  void resolve_symbol(const Module& module, const Symbol& symbol) {
    auto& entry = entries_.at({&module, symbol.name});
    if (entry.symbol != &symbol) {
      fault(module, symbol.line, false, "monitor.mib_name_twice", {{"name", symbol.name}});
      return;
    }
    const auto* oid = resolve_entry(entry, symbol.line, 0);
    if (oid == nullptr) return;
    auto node = std::make_unique<Node>();
    node->module = module.name;
    node->name = symbol.name;
    node->oid = *oid;
    node->kind = symbol.kind;
    node->objects = symbol.objects;
    node->description = symbol.description;
    if (symbol.kind == SymbolKind::object) follow_types(module, symbol.syntax, *node);
    add(std::move(node));
  }

  void add(std::unique_ptr<Node> node) {
    library_.by_qualified_.try_emplace(node->qualified(), node.get());
    library_.by_name_.try_emplace(node->name, node.get());
    // A name that says more than a bare node wins the number: modules repeat each other's parents.
    auto& at = library_.by_oid_[node->oid];
    if (at == nullptr || at->module.empty() ||
        (at->kind == SymbolKind::node && node->kind != SymbolKind::node))
      at = node.get();
    library_.nodes_.push_back(std::move(node));
  }

  void follow_types(const Module& module, const Syntax& written, Node& node) const {
    const Module* in = &module;
    Syntax syntax = written;
    for (int depth = 0; depth < 16; ++depth) {
      const auto* from = owner(*in, syntax.type, types_, type_owners_);
      if (from == nullptr) break;
      const auto& type = *types_.at({from, syntax.type});
      if (type.textual_convention && node.convention.empty()) node.convention = type.name;
      if (node.display_hint.empty()) node.display_hint = type.display_hint;
      syntax.type = type.syntax.type;
      if (syntax.values.empty()) syntax.values = type.syntax.values;
      in = from;
    }
    follow_built_in(syntax, node);
    node.syntax = std::move(syntax);
  }

  static void follow_built_in(Syntax& syntax, Node& node) {
    for (const auto& known : kConventions) {
      if (known.name != syntax.type) continue;
      if (node.convention.empty()) node.convention = known.name;
      if (node.display_hint.empty()) node.display_hint = known.hint;
      if (syntax.type == "TruthValue" && syntax.values.empty()) syntax.values = kTruth;
      if (syntax.type == "RowStatus" && syntax.values.empty()) syntax.values = kRowStatus;
      syntax.type = known.type;
      return;
    }
  }

  using Key = std::pair<const Module*, std::string>;
  std::vector<Module> modules_;
  std::map<std::string, const Module*, std::less<>> by_name_;
  std::map<Key, Entry> entries_;
  std::map<Key, const TypeDefinition*> types_;
  std::map<Key, const Import*> imports_;
  std::map<std::string, std::vector<const Module*>, std::less<>> owners_;
  std::map<std::string, std::vector<const Module*>, std::less<>> type_owners_;
  std::map<std::string, Oid, std::less<>> roots_;
  Library library_;
};

Library resolve(std::vector<Module> modules, std::vector<Fault> faults) {
  return Resolver(std::move(modules), std::move(faults)).run();
}

}  // namespace yagura::monitor::mib
