#include "eventstore/segment_search.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "eventstore/fold.hpp"
#include "eventstore/page_search.hpp"

namespace yagura::eventstore {

namespace {

// More pages than that are not read before the blocks: what so many can hold is found on the way.
constexpr std::size_t pages_at_once = 400;
constexpr std::size_t names_at_once = 512;
// A fragment that stands in most of so many pages stands everywhere: reading all of them would narrow nothing.
constexpr std::size_t pages_tried = 8, pages_to_try = 32;
// So many rows ask for texts one by one.
constexpr std::size_t few_rows = 64;
// As long as there were no more of these: a page that is asked again and again is better looked through once.
constexpr std::size_t few_alone = 64;

constexpr std::uint8_t unknown = 0, no = 1, yes = 2;

// id is not that of the empty text.
std::uint32_t page_of(std::span<const PageEntry> pages, std::uint32_t id) {
  const auto after = std::ranges::upper_bound(pages, id, {}, &PageEntry::first_text);
  return static_cast<std::uint32_t>(after - pages.begin() - 1);
}

}  // namespace

SegmentSearch::SegmentSearch(std::shared_ptr<const Segment> segment, const Kind& kind,
                             const ConditionPlan& plan, std::int64_t from, std::int64_t to)
    : held_(std::move(segment)),
      segment_(*held_),
      kind_(kind),
      plan_(plan),
      from_(from),
      to_(to),
      at_(segment_) {
  const auto& columns = segment_.directory().columns;
  column_of_.resize(kind.fields.size());
  for (std::size_t i = 0; i < kind.fields.size(); ++i)
    for (std::size_t c = 0; c < columns.size(); ++c)
      if (columns[c].name == kind.fields[i].name && columns[c].type == kind.fields[i].type) column_of_[i] = c;
  for (const auto& leaf : plan.leaves()) {
    known_.emplace_back(leaf.fields.size());
    nowhere_.emplace_back(leaf.fields.size());
    blocks_.emplace_back(leaf.fields.size());
    named_.emplace_back();
  }
}

Result<std::vector<SegmentSearch::Candidate>> SegmentSearch::candidates(bool newest_first,
                                                                        std::size_t enough) {
  enough_ = enough;
  std::vector<Candidate> out;
  const auto& d = segment_.directory();
  if (d.last_time < from_ || d.first_time >= to_) return out;
  YAGURA_TRY(const auto blocks, plan_.marks(d.blocks, [&](const Leaf& leaf) { return blocks_of(leaf); }));
  dense_ = blocks.empty();
  for (std::uint32_t c = 0; c < d.chunks.size(); ++c) {
    const auto& chunk = d.chunks[c];
    if (chunk.last_time < from_ || chunk.first_time >= to_) continue;
    if (!blocks.empty() &&
        std::none_of(blocks.begin() + chunk.first_block, blocks.begin() + chunk.first_block + chunk.blocks,
                     [](bool b) { return b; }))
      continue;
    YAGURA_TRY(const auto table, segment_.blocks(c));
    for (std::uint32_t b = 0; b < table->entries.size(); ++b) {
      const auto& entry = table->entries[b];
      if (entry.last_time < from_ || entry.first_time >= to_) continue;
      if (!blocks.empty() && !blocks[chunk.first_block + b]) continue;
      out.push_back({chunk.first_block + b, c, b, entry.first_time, entry.last_time});
    }
  }
  if (newest_first)
    std::ranges::sort(out, std::ranges::greater(), &Candidate::last_time);
  else
    std::ranges::sort(out, {}, &Candidate::first_time);
  return out;
}

Result<SegmentSearch::Blocks> SegmentSearch::blocks_of(const Leaf& leaf) {
  if (leaf.type == Condition::Type::range || leaf.holds("")) return Blocks();
  Blocks out(segment_.directory().blocks, false);
  bool anywhere = false;
  // Names first: where they are known to stand their columns are read, whatever the texts say.
  for (const bool texts : {false, true})
    for (std::size_t which = 0; which < leaf.fields.size(); ++which) {
      const auto field = leaf.fields[which];
      const auto column = column_of_[field];
      if (!column) continue;  // empty in every row, which does not fulfil this leaf
      if ((kind_.fields[field].type == FieldType::text) != texts) continue;
      if (texts && anywhere) return Blocks();
      YAGURA_TRY(auto one,
                 texts ? blocks_of_texts(leaf, which, *column) : blocks_of_names(leaf, which, *column));
      anywhere = anywhere || one.empty();
      if (one.empty() || nowhere_[number_of(leaf)][which]) continue;
      for (std::size_t b = 0; b < out.size(); ++b) out[b] = out[b] || one[b];
      blocks_[number_of(leaf)][which] = std::move(one);
    }
  return anywhere ? Blocks() : out;
}

Result<SegmentSearch::Blocks> SegmentSearch::blocks_of_names(const Leaf& leaf, std::size_t which,
                                                             std::size_t column) {
  const auto& about = segment_.directory().columns[column];
  if (!named_[number_of(leaf)]) {
    auto& may = named_[number_of(leaf)].emplace().set();
    // Where the lists are damaged the names tell.
    for (const auto fragment : leaf.fragments())
      if (const auto with = segment_.columns_with(fragment)) may &= *with;
  }
  if (column < GramTable::most_pages && !named_[number_of(leaf)]->test(column)) return none_of(leaf, which);
  YAGURA_TRY(const auto names, segment_.names(column));
  std::vector<std::uint32_t> found;
  const auto& texts = names->texts;
  if (leaf.type == Condition::Type::equals) {
    // They stand in order of their folded form.
    for (const auto& value : leaf.values) {
      auto at = std::ranges::lower_bound(texts, value, {}, [](std::string_view name) { return fold(name); });
      for (; at != texts.end() && fold(*at) == value; ++at)
        found.push_back(static_cast<std::uint32_t>(at - texts.begin()));
    }
  } else {
    YAGURA_TRY(found, names_in(segment_, leaf, column));
  }
  if (found.empty()) return none_of(leaf, which);
  // So that rows need not ask for them one by one.
  auto& known = known_[number_of(leaf)][which];
  known.assign(texts.size(), no);
  for (const auto name : found) known[name] = yes;
  Blocks out(segment_.directory().blocks, false);
  if (about.type == FieldType::category || found.size() > names_at_once) return Blocks();
  for (const auto name : found) {
    YAGURA_TRY(const auto blocks, segment_.blocks_with(column, name));
    for (const auto b : blocks) out[b] = true;
  }
  return out;
}

Result<SegmentSearch::Blocks> SegmentSearch::blocks_of_texts(const Leaf& leaf, std::size_t which,
                                                             std::size_t column) {
  const auto& about = segment_.directory().columns[column];
  std::vector<bool> pages(about.pages, true);
  for (const auto fragment : leaf.fragments()) {
    YAGURA_TRY(const auto with, segment_.pages_with(column, fragment));
    if (!with) continue;
    for (std::size_t p = 0; p < pages.size(); ++p) pages[p] = pages[p] && (*with)[p];
  }
  std::vector<std::uint32_t> held;
  for (std::uint32_t p = 0; p < pages.size(); ++p)
    if (pages[p]) held.push_back(p);
  if (held.size() > pages_at_once) return Blocks();
  if (held.empty()) return none_of(leaf, which);
  YAGURA_TRY(const auto table, segment_.pages(column));
  YAGURA_TRY(const bool everywhere, is_everywhere(leaf, column, *table, held));
  if (everywhere) return Blocks();
  if (held.size() > 1)
    for (const auto p : held) segment_.expect_page(column, table->entries[p], p);
  Blocks out(segment_.directory().blocks, false);
  // So that rows need not ask for them again; where a page cannot be read this is given up.
  std::vector<std::uint8_t> known;
  for (const auto p : held) {
    const auto& entry = table->entries[p];
    YAGURA_TRY(const auto texts, texts_in_page(segment_, leaf, column, entry, p));
    // Most pages that may have it have not.
    if (texts.empty()) continue;
    if (known.empty()) known.assign(about.known, no);
    YAGURA_TRY(const auto uses, segment_.uses(entry));
    for (const auto i : texts) {
      if (entry.first_text + i < known.size()) known[entry.first_text + i] = yes;
      if (i >= uses.size()) return fail("eventstore.damaged", {{"reason", "uses are missing"}});
      YAGURA_TRY(const auto first, segment_.first_block_of(column, entry.first_text + i));
      out[first] = true;
      for (const auto b : uses[i]) out[b] = true;
    }
  }
  if (known.empty()) return none_of(leaf, which);
  known_[number_of(leaf)][which] = std::move(known);
  return out;
}

SegmentSearch::Blocks SegmentSearch::none_of(const Leaf& leaf, std::size_t which) {
  nowhere_[number_of(leaf)][which] = true;
  return Blocks(segment_.directory().blocks, false);
}

Result<bool> SegmentSearch::is_everywhere(const Leaf& leaf, std::size_t column, const Segment::Pages& table,
                                          std::span<const std::uint32_t> pages) const {
  if (pages.size() < pages_to_try) return false;
  std::size_t found = 0;
  std::array<std::uint32_t, pages_tried> tried{};
  for (std::size_t i = 0; i < pages_tried; ++i) {
    tried[i] = pages[(2 * i + 1) * pages.size() / (2 * pages_tried)];
    segment_.expect_page(column, table.entries[tried[i]], tried[i]);
  }
  for (const auto p : tried) {
    YAGURA_TRY(const auto texts, texts_in_page(segment_, leaf, column, table.entries[p], p));
    if (!texts.empty()) ++found;
  }
  return found * 4 >= pages_tried * 3 || found * pages.size() / pages_tried > enough_;
}

void SegmentSearch::expect(const Candidate& candidate) const {
  if (const auto chunk = segment_.blocks(candidate.chunk))
    segment_.expect((*chunk)->entries[candidate.in_chunk]);
}

Result<void> SegmentSearch::turn_to(const Candidate& candidate) {
  alive_.clear();
  return at_.turn_to(candidate.chunk, candidate.in_chunk, candidate.block);
}

Result<void> SegmentSearch::look(const Candidate& candidate, std::int64_t from, std::int64_t to,
                                 const Found& found) {
  YAGURA_CHECK(turn_to(candidate));
  Rows rows;
  YAGURA_CHECK(at_.rows_between(from, to, rows));
  rows_read_ += std::ssize(rows);
  unknown_rows_.clear();
  damage_.reset();
  YAGURA_CHECK(narrow(plan_.root(), rows));
  std::erase_if(rows, [&](std::uint32_t row) { return !unknown_rows_.empty() && unknown_rows_[row]; });
  if (!rows.empty()) {
    YAGURA_CHECK(at_.times(rows, times_));
    for (std::size_t i = 0; i < rows.size(); ++i) found(rows[i], times_[i]);
  }
  if (damage_) return std::unexpected(*damage_);
  return {};
}

// Leaves the rows that fulfil the node. What cannot be read is remembered: such rows are not found, whatever
// stands around the node.
Result<void> SegmentSearch::narrow(const ConditionPlan::Node& node, Rows& rows) {
  using Type = ConditionPlan::Node::Type;
  if (rows.empty()) return {};
  switch (node.type) {
    case Type::leaf:
      return narrow(node.leaf, rows);
    case Type::all:
      for (const auto& part : node.parts) YAGURA_CHECK(narrow(part, rows));
      return {};
    case Type::no: {
      auto without = rows;
      YAGURA_CHECK(narrow(node.parts.front(), without));
      Rows left;
      std::ranges::set_difference(rows, without, std::back_inserter(left));
      rows = std::move(left);
      return {};
    }
    case Type::any:
      break;
  }
  Rows kept;
  for (const auto& part : node.parts) {
    auto here = rows;
    YAGURA_CHECK(narrow(part, here));
    if (here.empty()) continue;
    Rows left;
    std::ranges::set_difference(rows, here, std::back_inserter(left));
    rows = std::move(left);
    kept.insert(kept.end(), here.begin(), here.end());
  }
  std::ranges::sort(kept);
  rows = std::move(kept);
  return {};
}

Result<void> SegmentSearch::note(const Rows& rows, Error error) {
  if (error.code != "eventstore.damaged") return std::unexpected(std::move(error));
  unknown_rows_.resize(at_.rows());
  for (const auto row : rows) unknown_rows_[row] = true;
  if (!damage_) damage_ = std::move(error);
  return {};
}

Result<void> SegmentSearch::narrow(std::size_t leaf, Rows& rows) {
  const auto& one = plan_.leaves()[leaf];
  if (one.type == Condition::Type::range) {
    const auto in = [&](std::int64_t number) { return one.low <= number && number <= one.high; };
    const auto column = column_of_[one.number];
    const auto held = column ? at_.numbers(*column) : Result<const std::vector<std::int64_t>*>(nullptr);
    if (!held) return note(std::exchange(rows, {}), held.error());
    std::erase_if(rows, [&](std::uint32_t row) { return !in(*held ? (**held)[row] : 0); });
    return {};
  }
  Rows kept;
  for (std::size_t which = 0; which < one.fields.size() && !rows.empty(); ++which) {
    const auto column = column_of_[one.fields[which]];
    if (!column) {
      if (one.holds("")) kept.insert(kept.end(), rows.begin(), rows.end()), rows.clear();
      continue;
    }
    const auto& blocks = blocks_[leaf][which];
    if (!blocks.empty() && !blocks[at_.block()]) continue;
    YAGURA_CHECK(prepare(leaf, which, *column));
    if (*nowhere_[leaf][which]) continue;
    if (const auto read = at_.ids(*column, rows, row_ids_); !read) {
      YAGURA_CHECK(note(rows, read.error()));
      continue;
    }
    const auto& known = known_[leaf][which];
    Rows left;
    bool expected = rows.size() <= few_rows;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto row = rows[i], id = row_ids_[i];
      if (known[id] == unknown) {
        if (!std::exchange(expected, true)) expect_pages(leaf, which, *column, row_ids_);
        if (auto judged = judge(leaf, which, *column, id, rows.size() <= few_rows && alone_ < few_alone);
            !judged) {
          YAGURA_CHECK(note({row}, judged.error()));
          continue;
        }
      }
      (known[id] == yes ? kept : left).push_back(row);
    }
    rows = std::move(left);
  }
  if (one.fields.size() > 1) std::ranges::sort(kept);
  rows = std::move(kept);
  return {};
}

// What is known before a row is looked at; a column of which nothing fulfils the leaf need not be read.
Result<void> SegmentSearch::prepare(std::size_t leaf, std::size_t which, std::size_t column) {
  auto& nowhere = nowhere_[leaf][which];
  if (nowhere) return {};
  auto& known = known_[leaf][which];
  if (known.empty()) YAGURA_CHECK(rule_out(leaf, which, column));
  nowhere = std::ranges::all_of(known, [](std::uint8_t verdict) { return verdict == no; });
  return {};
}

// Texts in pages that cannot hold a fragment need not be read.
Result<void> SegmentSearch::rule_out(std::size_t leaf, std::size_t which, std::size_t column) {
  auto& known = known_[leaf][which];
  const auto& one = plan_.leaves()[leaf];
  const auto& about = segment_.directory().columns[column];
  known.assign(about.known, unknown);
  if (about.type != FieldType::text) return {};
  known[0] = one.holds("") ? yes : no;
  for (const auto fragment : one.fragments()) {
    // Where the lists are damaged all pages are looked at.
    const auto with = segment_.pages_with(column, fragment);
    if (!with || !*with) continue;
    const auto table = segment_.pages(column);
    if (!table) continue;
    for (std::size_t p = 0; p < (*with)->size(); ++p) {
      if ((**with)[p]) continue;
      const auto& entries = (*table)->entries;
      const auto end = p + 1 < entries.size() ? entries[p + 1].first_text : about.known;
      for (auto i = entries[p].first_text; i < end; ++i) known[i] = no;
    }
  }
  return {};
}

// Pages that will be judged for these rows.
void SegmentSearch::expect_pages(std::size_t leaf, std::size_t which, std::size_t column,
                                 std::span<const std::uint32_t> ids) const {
  if (segment_.directory().columns[column].type != FieldType::text) return;
  const auto table = segment_.pages(column);
  if (!table) return;
  const auto& entries = (*table)->entries;
  const auto& known = known_[leaf][which];
  std::vector<bool> wanted(entries.size());
  for (const auto id : ids)
    if (known[id] == unknown) wanted[page_of(entries, id)] = true;
  for (std::uint32_t p = 0; p < wanted.size(); ++p)
    if (wanted[p]) segment_.expect_page(column, entries[p], p);
}

// All entries that are read together are judged together, but for one that hardly a row asks for.
Result<void> SegmentSearch::judge(std::size_t leaf, std::size_t which, std::size_t column, std::uint32_t id,
                                  bool alone) {
  const auto& one = plan_.leaves()[leaf];
  auto& known = known_[leaf][which];
  const auto missing = [] { return fail("eventstore.damaged", {{"reason", "a text that is not there"}}); };
  if (segment_.directory().columns[column].type != FieldType::text) {
    YAGURA_TRY(const auto names, segment_.names(column));
    if (id >= names->texts.size() || names->texts.size() > known.size()) return missing();
    const std::size_t begin = alone ? id : 0, end = alone ? begin + 1 : names->texts.size();
    for (auto i = begin; i < end; ++i) known[i] = one.holds(fold(names->texts[i])) ? yes : no;
    return {};
  }
  YAGURA_TRY(const auto table, segment_.pages(column));
  const auto page = page_of(table->entries, id);
  const auto at = table->entries.begin() + page;
  if (alone) {
    ++alone_;
    YAGURA_TRY(const auto texts, segment_.page(column, *at, page));
    if (id - at->first_text >= texts->texts.size()) return missing();
    known[id] = one.holds(fold(texts->texts[id - at->first_text])) ? yes : no;
    return {};
  }
  YAGURA_TRY(const auto texts, texts_in_page(segment_, one, column, *at, page));
  const auto end =
      at + 1 < table->entries.end() ? (at + 1)->first_text : static_cast<std::uint32_t>(known.size());
  if (id >= end || end > known.size()) return missing();
  std::fill(known.begin() + at->first_text, known.begin() + end, no);
  for (const auto i : texts) {
    if (i >= end - at->first_text) return missing();
    known[at->first_text + i] = yes;
  }
  return {};
}

void SegmentSearch::expect_cells(std::uint32_t row) {
  for (const auto& column : column_of_) {
    if (!column || segment_.directory().columns[*column].type != FieldType::text) continue;
    const auto held = at_.ids(*column);
    const auto table = segment_.pages(*column);
    if (!held || !table || (**held)[row] == 0) continue;
    const auto& entries = (*table)->entries;
    const auto page = page_of(entries, (**held)[row]);
    segment_.expect_page(*column, entries[page], page);
  }
}

Result<Event::Cell> SegmentSearch::cell(std::size_t field, std::uint32_t row) {
  const auto column = column_of_[field];
  if (kind_.fields[field].type == FieldType::number) {
    if (!column) return Event::Cell(std::int64_t{0});
    YAGURA_TRY(const auto* held, at_.numbers(*column));
    return Event::Cell((*held)[row]);
  }
  if (!column) return Event::Cell(std::string_view());
  YAGURA_TRY(const auto* held, at_.ids(*column));
  YAGURA_TRY(auto value, segment_.value(*column, (*held)[row]));
  alive_.push_back(std::move(value.second));
  return Event::Cell(value.first);
}

Result<std::int64_t> SegmentSearch::day(std::uint32_t row) {
  YAGURA_TRY(const auto* days, at_.days());
  return (*days)[row];
}

Result<std::uint64_t> SegmentSearch::key(std::size_t field, std::uint32_t row) {
  const auto column = column_of_[field];
  if (!column) return 0;
  if (kind_.fields[field].type == FieldType::number) {
    YAGURA_TRY(const auto* held, at_.numbers(*column));
    return static_cast<std::uint64_t>((*held)[row]);
  }
  YAGURA_TRY(const auto* held, at_.ids(*column));
  return (*held)[row];
}

}  // namespace yagura::eventstore
