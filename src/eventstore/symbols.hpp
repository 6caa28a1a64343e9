// Symbols of one byte, packed by how often each stands beside what.
//
// Purpose: a column of a block is a row of symbols and bits behind them (columns.hpp). For some hundred
//          blocks together a model says how often each symbol stands, under each of the most frequent values
//          of a context: another column's, or the symbol before. With it a block's symbols take little more
//          than their information (rANS, a range coder with tables: Duda, Asymmetric numeral systems,
//          arXiv:1311.2540), tables are there once, and "no path, because it is a log-on" costs nothing.
// Form:    docs/formats/event-segment.md.
// Errors:  eventstore.damaged (reason): whatever the bytes are, decoding never runs over an end.
// Threads: pure functions; Coder is one thread's.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace yagura::eventstore {

// One column of a block: a symbol for each row, and bits that nothing packs better.
struct Symbols {
  std::string symbols, bits;
};

struct SymbolModel {
  static constexpr unsigned share_bits = 10, whole = 1U << share_bits;
  static constexpr std::size_t most_classes = 256;
  // What the class of a row depends on: a field of the kind, or one of these.
  static constexpr std::int32_t nothing = -1, before = -2;
  std::int32_t context = nothing;
  // Values of the context with a class of their own, ascending: class 1 and so on. All others are in class 0.
  std::vector<std::uint32_t> values;
  struct Share {
    std::uint8_t symbol = 0;
    std::uint16_t share = 0;  // of the whole, at least 1
  };
  struct Class {
    std::vector<Share> shares;  // symbols ascending
    std::uint16_t others = 0;   // the share of all others together; 0: none comes
  };
  std::vector<Class> classes;  // without any share: no row is in it
};

// Makes a model from blocks of a column.
class ModelMaker {
 public:
  // Begins anew. known: contexts of a field are below it.
  void begin(std::int32_t context, std::size_t known);
  void add(std::string_view symbols, std::span<const std::uint16_t> contexts);
  [[nodiscard]] SymbolModel make() const;
  // How many bits symbols like these take, with what the model takes itself.
  [[nodiscard]] double bits() const;

 private:
  using Counts = std::array<std::uint64_t, 256>;
  [[nodiscard]] std::vector<Counts> by_class(SymbolModel& model) const;
  std::int32_t context_ = SymbolModel::nothing;
  std::vector<std::uint32_t> counts_;  // context << 8 | symbol
};

// Packs with one model.
class Coder {
 public:
  explicit Coder(const SymbolModel& model);
  // Appends a checked piece. Every symbol must be one that the model was made with.
  void put(const Symbols& column, std::span<const std::uint16_t> contexts, std::string& out);

 private:
  const SymbolModel& model_;
  struct Part {
    Part() = default;
    Part(std::uint32_t begin, std::uint32_t own);
    std::uint64_t inverse = 0;  // of the share, as a fraction of 2^64
    std::uint32_t most = 0;     // the largest state to which it can be added
    std::uint32_t add = 0;
    std::uint16_t rest = 0, share = 0;  // the whole but for the share; 0: none
  };
  std::vector<Part> parts_;            // class << 8 | symbol; share 0: one of the others
  std::vector<Part> others_;           // of each class
  std::array<Part, 256> of_others_;    // of each symbol among them
  std::vector<std::uint8_t> classes_;  // of each context
  std::string words_;
};
// Unpacks with one model; what it makes of the model is made once, when a class is first met. Threads: any.
class Decoder {
 public:
  explicit Decoder(SymbolModel model);
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  [[nodiscard]] const SymbolModel& model() const { return model_; }
  // contexts: of each row, when the model has a field for one.
  [[nodiscard]] Result<Symbols> take(std::string_view piece, std::size_t rows,
                                     std::span<const std::uint32_t> contexts) const;
  // With all classes made.
  [[nodiscard]] std::size_t bytes() const;

 private:
  // symbol (9 bits), share (11), how far the place is from its symbol's first (10)
  using Entry = std::uint32_t;
  struct Table;
  const Entry* table_of(std::size_t row_class) const;

  const SymbolModel model_;
  const std::vector<std::uint8_t> classes_;  // of each context
  mutable std::vector<std::atomic<const Table*>> tables_;
};

std::string write_models(std::span<const SymbolModel> models);
// fields: contexts are below it.
Result<std::vector<SymbolModel>> read_models(std::string_view bytes, std::size_t fields);

}  // namespace yagura::eventstore
