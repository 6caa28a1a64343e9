#include "eventstore/symbols.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "eventstore/coding.hpp"

namespace yagura::eventstore {

namespace {

constexpr auto whole = SymbolModel::whole;
constexpr auto share_bits = SymbolModel::share_bits;
// One symbol among the others: all alike.
constexpr std::uint16_t of_byte = whole / 256;
constexpr std::uint32_t lowest = 1U << 16U;  // the state is never less
// A context that fewer rows have needs no class of its own.
constexpr std::uint32_t fewest = 128;
// What a model costs itself: a class, and each of its symbols.
constexpr double class_bits = 24, symbol_bits = 14;

std::unexpected<Error> damaged() {
  return fail("eventstore.damaged", {{"reason", "a column does not fit its rows"}});
}

using Counts = std::array<std::uint64_t, 256>;

// Shares of the whole that add up to it. What would have less than half of one goes with the others.
SymbolModel::Class shares_of(const Counts& counts) {
  std::uint64_t all = 0, others = 0;
  for (const auto n : counts) all += n;
  SymbolModel::Class out;
  std::uint32_t sum = 0;
  const auto share_of = [&](std::uint64_t n) {
    const auto share = std::max<std::uint64_t>(1, (n * whole + all / 2) / all);
    sum += static_cast<std::uint32_t>(share);
    return static_cast<std::uint16_t>(share);
  };
  for (std::size_t symbol = 0; symbol < counts.size(); ++symbol) {
    if (counts[symbol] * whole * 2 < all)
      others += counts[symbol];
    else if (counts[symbol] != 0)
      out.shares.push_back({static_cast<std::uint8_t>(symbol), share_of(counts[symbol])});
  }
  if (others > 0) out.others = share_of(others);
  // What rounding left over, the largest gives or takes.
  while (!out.shares.empty() && sum != whole) {
    auto& largest = *std::ranges::max_element(out.shares, {}, &SymbolModel::Share::share);
    const int step = sum < whole ? 1 : -1;
    largest.share = static_cast<std::uint16_t>(largest.share + step);
    sum += static_cast<std::uint32_t>(step);
  }
  return out;
}

double bits_of(const Counts& counts) {
  std::uint64_t all = 0;
  double out = class_bits;
  for (const auto n : counts) all += n;
  for (const auto n : counts)
    if (n != 0)
      out +=
          symbol_bits + static_cast<double>(n) * std::log2(static_cast<double>(all) / static_cast<double>(n));
  return out;
}

// The class of each value of a context.
std::vector<std::uint8_t> classes_of(const SymbolModel& model) {
  std::vector<std::uint8_t> out(model.values.empty() ? 0 : model.values.back() + 1);
  for (std::size_t i = 0; i < model.values.size(); ++i)
    out[model.values[i]] = static_cast<std::uint8_t>(i + 1);
  return out;
}

}  // namespace

void ModelMaker::begin(std::int32_t context, std::size_t known) {
  context_ = context;
  counts_.assign((context == SymbolModel::before    ? 256
                  : context == SymbolModel::nothing ? 1
                                                    : known)
                     << 8U,
                 0);
}

void ModelMaker::add(std::string_view symbols, std::span<const std::uint16_t> contexts) {
  const auto symbol = [&](std::size_t i) { return static_cast<unsigned char>(symbols[i]); };
  if (context_ == SymbolModel::nothing)
    for (std::size_t i = 0; i < symbols.size(); ++i) ++counts_[symbol(i)];
  else if (context_ == SymbolModel::before)
    for (std::size_t i = 0; i < symbols.size(); ++i)
      ++counts_[std::size_t{i == 0 ? 0U : symbol(i - 1)} << 8U | symbol(i)];
  else
    for (std::size_t i = 0; i < symbols.size(); ++i) ++counts_[std::size_t{contexts[i]} << 8U | symbol(i)];
}

std::vector<ModelMaker::Counts> ModelMaker::by_class(SymbolModel& model) const {
  model.context = context_;
  const auto contexts = counts_.size() >> 8U;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> frequent;
  for (std::uint32_t c = 0; c < contexts && context_ != SymbolModel::nothing; ++c) {
    std::uint64_t rows = 0;
    for (std::size_t s = 0; s < 256; ++s) rows += counts_[c << 8U | s];
    if (rows >= fewest) frequent.emplace_back(rows, c);
  }
  std::ranges::sort(frequent, std::greater());
  if (frequent.size() >= SymbolModel::most_classes) frequent.resize(SymbolModel::most_classes - 1);
  for (const auto& [rows, value] : frequent) model.values.push_back(value);
  std::ranges::sort(model.values);
  const auto classes = classes_of(model);
  std::vector<Counts> out(model.values.size() + 1);
  for (std::size_t c = 0; c < contexts; ++c)
    for (std::size_t s = 0; s < 256; ++s) out[c < classes.size() ? classes[c] : 0][s] += counts_[c << 8U | s];
  return out;
}

double ModelMaker::bits() const {
  SymbolModel model;
  double out = 0;
  for (const auto& counts : by_class(model)) out += bits_of(counts);
  return out;
}

SymbolModel ModelMaker::make() const {
  SymbolModel model;
  for (const auto& counts : by_class(model)) model.classes.push_back(shares_of(counts));
  return model;
}

Coder::Part::Part(std::uint32_t begin, std::uint32_t own)
    : inverse(own < 2 ? UINT64_MAX : UINT64_MAX / own + 1),
      most(own == whole ? UINT32_MAX : (own << (32U - share_bits)) - 1),
      add(own == whole ? 0
          : own == 1   ? begin + whole - 1
                       : begin),
      rest(static_cast<std::uint16_t>(whole - own)),
      share(static_cast<std::uint16_t>(own)) {}

Coder::Coder(const SymbolModel& model)
    : model_(model),
      parts_(model.classes.size() << 8U),
      others_(model.classes.size()),
      classes_(classes_of(model)) {
  for (std::size_t c = 0; c < model.classes.size(); ++c) {
    std::uint32_t begin = 0;
    for (const auto& [symbol, share] : model.classes[c].shares) {
      parts_[c << 8U | symbol] = {begin, share};
      begin += share;
    }
    if (const auto share = model.classes[c].others; share != 0) others_[c] = {begin, share};
  }
  // All others are alike: each has its byte's part of them.
  for (std::uint32_t symbol = 0; symbol < of_others_.size(); ++symbol)
    of_others_[symbol] = {symbol * of_byte, of_byte};
}

void Coder::put(const Symbols& column, std::span<const std::uint16_t> contexts, std::string& out) {
  const auto rows = column.symbols.size();
  const auto* const symbols = reinterpret_cast<const unsigned char*>(column.symbols.data());
  // Written from the last row to the first, read the other way round.
  words_.resize(rows * 4 + 4);
  char* to = words_.data() + words_.size();
  // state / share * whole + state % share + begin, without dividing; a word is written in any case, and
  // counts when the state would grow too large.
  const auto add = [&](std::uint32_t& state, const Part& part) {
    const auto word = static_cast<std::uint16_t>(state);
    std::memcpy(to - 2, &word, 2);
    const bool full = state > part.most;
    to -= full ? 2 : 0;
    state = full ? state >> 16U : state;
    const auto quotient =
        static_cast<std::uint32_t>(static_cast<unsigned __int128>(part.inverse) * state >> 64U);
    state += quotient * part.rest + part.add;
  };
  const auto add_row = [&](std::uint32_t& state, std::size_t i, std::uint32_t row_class) {
    const auto symbol = symbols[i];
    if (const auto& part = parts_[std::size_t{row_class} << 8U | symbol]; part.share != 0) {
      add(state, part);
    } else {
      YAGURA_ASSERT(others_[row_class].share != 0);
      add(state, of_others_[symbol]);
      add(state, others_[row_class]);
    }
  };
  // Rows of even and of odd number have a state each: the processor works on both at once.
  std::uint32_t even = lowest, odd = lowest;
  const auto add_rows = [&](auto&& class_at) {
    auto i = rows;
    if (i % 2 == 1) --i, add_row(even, i, class_at(i));
    while (i > 0) {
      --i, add_row(odd, i, class_at(i));
      --i, add_row(even, i, class_at(i));
    }
  };
  const auto class_of = [&](std::uint32_t value) { return value < classes_.size() ? classes_[value] : 0U; };
  if (model_.context == SymbolModel::nothing)
    add_rows([](std::size_t) { return 0U; });
  else if (model_.context == SymbolModel::before)
    add_rows([&](std::size_t i) { return class_of(i == 0 ? 0U : symbols[i - 1]); });
  else
    add_rows([&](std::size_t i) { return class_of(contexts[i]); });
  const auto bytes = static_cast<std::size_t>(words_.data() + words_.size() - to);
  std::string payload;
  // Nothing at all when every row was certain.
  const bool certain = bytes == 0 && even == lowest && odd == lowest;
  put_varint(payload, certain ? 0 : 1 + bytes / 2);
  if (!certain) put_fixed(payload, even), put_fixed(payload, odd);
  payload.append(to, bytes);
  payload += column.bits;
  put_frame(out, payload, 0);
}

// What stands at each place of the whole, in one class.
struct Decoder::Table {
  std::array<Entry, whole> entries;
};

namespace {

constexpr std::uint32_t other = 256;
std::uint32_t symbol_of(std::uint32_t entry) { return entry & 0x1FFU; }
std::uint32_t share_of(std::uint32_t entry) { return entry >> 9U & 0x7FFU; }
std::uint32_t offset_of(std::uint32_t entry) { return entry >> 20U; }

void refill(std::uint32_t& state, const char*& from) {
  std::uint16_t word = 0;
  std::memcpy(&word, from, 2);
  const bool low = state < lowest;
  from += low ? 2 : 0;
  state = low ? state << 16U | word : state;
}

unsigned char take_symbol(std::uint32_t& state, const std::uint32_t* table, const char*& from) {
  const auto entry = table[state & (whole - 1)];
  state = share_of(entry) * (state >> share_bits) + offset_of(entry);
  refill(state, from);
  auto symbol = symbol_of(entry);
  if (symbol == other) {
    symbol = (state & (whole - 1)) / of_byte;
    state = of_byte * (state >> share_bits) + state % of_byte;
    refill(state, from);
  }
  return static_cast<unsigned char>(symbol);
}

}  // namespace

Decoder::Decoder(SymbolModel model)
    : model_(std::move(model)), classes_(classes_of(model_)), tables_(model_.classes.size()) {}

Decoder::~Decoder() {
  for (const auto& table : tables_) delete table.load(std::memory_order_relaxed);
}

std::size_t Decoder::bytes() const {
  return sizeof(*this) + tables_.size() * (sizeof(Table) + sizeof(tables_[0])) + classes_.capacity();
}

// Null for a class that no row can be in. Two threads may make the same: one of them is kept.
const Decoder::Entry* Decoder::table_of(std::size_t row_class) const {
  auto& held = tables_[row_class];
  if (const auto* table = held.load(std::memory_order_acquire)) return table->entries.data();
  auto made = std::make_unique<Table>();
  auto* to = made->entries.data();
  const auto put = [&](std::uint32_t symbol, std::uint32_t share) {
    for (std::uint32_t i = 0; i < share; ++i) *to++ = symbol | share << 9U | i << 20U;
  };
  const auto& about = model_.classes[row_class];
  for (const auto& [symbol, share] : about.shares) put(symbol, share);
  put(other, about.others);
  if (to != made->entries.data() + whole) return nullptr;
  const Table* none = nullptr;
  const auto* const table = made.get();
  if (!held.compare_exchange_strong(none, table, std::memory_order_acq_rel)) return none->entries.data();
  return made.release()->entries.data();
}

Result<Symbols> Decoder::take(std::string_view piece, std::size_t rows,
                              std::span<const std::uint32_t> contexts) const {
  std::string payload;
  YAGURA_CHECK(unframe(piece, payload, std::size_t{1} << 17U));
  // A row takes at most two words: those of a damaged piece end in what is added here, so none asks whether
  // it may.
  const auto held = payload.size();
  payload.resize(held + rows * 4);
  Reader in(std::string_view(payload).substr(0, held));
  auto words = in.varint();
  std::uint32_t even = lowest, odd = lowest;
  if (words > 0) {
    --words;
    even = in.fixed<std::uint32_t>();
    odd = in.fixed<std::uint32_t>();
  }
  if (words > rows * 2) return damaged();
  const auto bytes = in.bytes(words * 2);
  Symbols out;
  out.bits = in.bytes(in.left());
  const bool field = model_.context >= 0;
  if (in.bad() || even < lowest || odd < lowest || (field && contexts.size() != rows)) return damaged();
  out.symbols.resize(rows);
  auto* const symbols = reinterpret_cast<unsigned char*>(out.symbols.data());
  const char* at = bytes.data();
  bool bad = false;
  // What changes with every row stays in registers: in variables that nothing else sees.
  const auto take_rows = [&](auto&& table_at) {
    auto first = even, second = odd;
    const auto* from = at;
    for (std::size_t i = 0; i < rows; i += 2) {
      const auto* const table = table_at(i);
      if (table == nullptr) return void(bad = true);
      symbols[i] = take_symbol(first, table, from);
      if (i + 1 == rows) break;
      const auto* const next = table_at(i + 1);
      if (next == nullptr) return void(bad = true);
      symbols[i + 1] = take_symbol(second, next, from);
    }
    even = first;
    odd = second;
    at = from;
  };
  const auto table_for = [&](std::uint32_t value) {
    const auto row_class = value < classes_.size() ? classes_[value] : 0U;
    const auto* const made = tables_[row_class].load(std::memory_order_acquire);
    return made != nullptr ? made->entries.data() : table_of(row_class);
  };
  if (field)
    take_rows([&](std::size_t i) { return table_for(contexts[i]); });
  else if (model_.context == SymbolModel::before)
    take_rows([&](std::size_t i) { return table_for(i == 0 ? 0U : symbols[i - 1]); });
  else
    take_rows([table = rows == 0 ? nullptr : table_of(0)](std::size_t) { return table; });
  if (bad || even != lowest || odd != lowest || at != bytes.data() + bytes.size()) return damaged();
  return out;
}

std::string write_models(std::span<const SymbolModel> models) {
  std::string out;
  put_varint(out, models.size());
  for (const auto& model : models) {
    put_signed(out, model.context);
    put_varint(out, model.values.size());
    std::uint32_t last = 0;
    for (const auto value : model.values) put_varint(out, value - std::exchange(last, value));
    for (const auto& [shares, others] : model.classes) {
      put_varint(out, shares.size());
      for (const auto& [symbol, share] : shares) {
        out.push_back(static_cast<char>(symbol));
        put_varint(out, share);
      }
      put_varint(out, others);
    }
  }
  return out;
}

Result<std::vector<SymbolModel>> read_models(std::string_view bytes, std::size_t fields) {
  const auto bad = [] { return fail("eventstore.damaged", {{"reason", "models of columns"}}); };
  Reader in(bytes);
  std::vector<SymbolModel> out(in.count());
  for (auto& model : out) {
    const auto context = in.signed_varint();
    if (context < SymbolModel::before || context >= static_cast<std::int64_t>(fields)) return bad();
    model.context = static_cast<std::int32_t>(context);
    model.values.resize(in.count());
    if (model.values.size() >= SymbolModel::most_classes) return bad();
    std::uint64_t last = 0;
    for (std::size_t i = 0; i < model.values.size(); ++i) {
      const auto step = in.varint();
      if ((i > 0 && step == 0) || step > UINT16_MAX || (last += step) > UINT16_MAX) return bad();
      model.values[i] = static_cast<std::uint32_t>(last);
    }
    model.classes.resize(model.values.size() + 1);
    for (auto& [shares, others] : model.classes) {
      shares.resize(in.count());
      std::uint64_t sum = 0;
      for (std::size_t i = 0; i < shares.size(); ++i) {
        shares[i].symbol = in.fixed<std::uint8_t>();
        const auto share = in.varint();
        if (share == 0 || share > whole || (i > 0 && shares[i].symbol <= shares[i - 1].symbol)) return bad();
        shares[i].share = static_cast<std::uint16_t>(share);
        sum += share;
      }
      const auto rest = in.varint();
      if (rest > whole || (sum + rest != 0 && sum + rest != whole)) return bad();
      others = static_cast<std::uint16_t>(rest);
    }
    if (in.bad()) return bad();
  }
  if (in.bad() || in.left() != 0) return bad();
  return out;
}

}  // namespace yagura::eventstore
