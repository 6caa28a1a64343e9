// What keys a pack may have: packs/_schema/*.yaml, one file for each file of a pack.
//
// Purpose: the description that people read is the check that runs: type, required, choices, limits, and the
//          meaning in Japanese and English of every key.
// Form of a description:
//   file: clocks.yaml
//   ja / en: what the file is for
//   keys:   {name: SPEC}                     the top level of the file
//   shapes: {name: {keys: {name: SPEC}, exactly_one: [name, ...]}}   objects named by SPECs; shared by all
//   files SPEC:   type (below), required, of (of list and map: a type or a shape), to (of ref: a top-level
//   list),
//           choices, min, max, ja, en
// Types: text words bool integer number id ref date month_day hour duration window on_date event cidr file
//        choice list map and the names of shapes.
// Errors:  contract.rulebook_invalid (file, what) when a description itself is wrong.
// Threads: immutable after load().
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contract/pack_tree.hpp"

namespace yagura::contract {

struct KeySpec {
  std::string type;
  std::string of;
  std::string to;
  bool required = false;
  std::vector<std::string> choices;
  std::optional<double> min;
  std::optional<double> max;
  std::string ja;
  std::string en;
};

using Keys = std::map<std::string, KeySpec>;

struct ShapeSpec {
  Keys keys;
  std::vector<std::string> exactly_one;
};

struct FileSpec {
  std::string file;
  std::string ja;
  std::string en;
  Keys keys;
};

class Rulebook {
 public:
  static Result<Rulebook> load(const std::filesystem::path& folder);

  // Everything wrong with the merged tree, and with keys that stand in the wrong file.
  [[nodiscard]] std::vector<Fault> check(const Tree& tree) const;
  // What a key means (dotted, as Tree::find takes it); nothing when there is no such key.
  [[nodiscard]] const KeySpec* meaning(const Tree& tree, std::string_view key) const;

  [[nodiscard]] const std::vector<FileSpec>& files() const { return files_; }
  [[nodiscard]] const std::map<std::string, ShapeSpec>& shapes() const { return shapes_; }

 private:
  std::vector<FileSpec> files_;
  std::map<std::string, ShapeSpec> shapes_;
  Keys top_;
};

}  // namespace yagura::contract
