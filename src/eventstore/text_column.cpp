#include "eventstore/text_column.hpp"

#include <algorithm>

#include "eventstore/fold.hpp"
#include "eventstore/learned_file.hpp"

namespace yagura::eventstore {

Result<Place> put(OutFile& file, std::string_view payload, int level, const PackDictionary* dictionary) {
  std::string frame;
  put_frame(frame, payload, level, dictionary);
  const Place place{file.size(), static_cast<std::uint32_t>(frame.size())};
  YAGURA_CHECK(file.append(frame));
  return place;
}

Result<GramTable> put(OutFile& file, GramTableBuilder& grams) {
  std::string blocks;
  auto out = grams.take(blocks);
  out.offset = file.size();
  YAGURA_CHECK(file.append(blocks));
  return out;
}

TextColumnWriter::TextColumnWriter(OutFile& file, const SegmentOptions& options,
                                   std::shared_ptr<const Learned> learned)
    : file_(file), options_(options), learned_(std::move(learned)) {
  bool fresh = false;
  (void)numbers_.find_or_add(TextIds::key(""), fresh);
  last_block_.push_back(0);
}

void TextColumnWriter::use(std::span<const std::string_view> texts, std::uint32_t block,
                           std::span<std::uint32_t> numbers) {
  keys_.clear();
  for (const auto text : texts) {
    keys_.push_back(TextIds::key(text));
    numbers_.expect(keys_.back());
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    bool fresh = false;
    numbers[i] = numbers_.find_or_add(keys_[i], fresh);
    if (fresh) add(texts[i], block);
  }
}

void TextColumnWriter::add(std::string_view text, std::uint32_t block) {
  last_block_.push_back(block);
  waiting_ += text;
  lengths_.push_back(static_cast<std::uint32_t>(text.size()));
}

Result<void> TextColumnWriter::write_pages(bool last) {
  std::size_t first = 0, begin = 0, end = 0;
  for (std::size_t i = 0; i < lengths_.size(); ++i) {
    end += lengths_[i];
    const bool full = end - begin + (i + 1 - first) >= options_.page_bytes;
    if (!full && !(last && i + 1 == lengths_.size())) continue;
    YAGURA_CHECK(write_page(first, i + 1 - first, begin, end - begin));
    first = i + 1;
    begin = end;
  }
  waiting_.erase(0, begin);
  lengths_.erase(lengths_.begin(), lengths_.begin() + static_cast<std::ptrdiff_t>(first));
  return {};
}

Result<void> TextColumnWriter::write_page(std::size_t first, std::size_t count, std::size_t at,
                                          std::size_t bytes) {
  const auto lengths = std::span(lengths_).subspan(first, count);
  const auto texts = std::string_view(waiting_).substr(at, bytes);
  PageEntry entry;
  entry.first_text = paged_;
  paged_ += static_cast<std::uint32_t>(count);
  page_.clear();
  write_texts(lengths, texts, page_);
  YAGURA_TRY(entry.texts, put(file_, page_, options_.level, learned_->dictionary.get()));
  folded_.clear();
  for (std::size_t begin = 0; const auto length : lengths) {
    fold_into(texts.substr(begin, length), folded_);
    folded_.push_back('\0');
    begin += length;
  }
  pages_.push_back(entry);
  grams_of_page(folded_, learned_->common, page_grams_);
  grams_.add_page(page_grams_);
  return grams_.pages() == GramTable::most_pages ? write_grams() : Result<void>();
}

Result<void> TextColumnWriter::write_grams() {
  YAGURA_TRY(auto table, put(file_, grams_));
  tables_.push_back(std::move(table));
  return {};
}

Result<void> TextColumnWriter::finish(Directory::Column& column) {
  YAGURA_CHECK(write_pages(true));
  column.known = known();
  column.pages = static_cast<std::uint32_t>(pages_.size());
  std::ranges::sort(uses_);
  std::span<const std::uint64_t> uses(uses_);
  for (std::size_t p = 0; p < pages_.size(); ++p) {
    const auto first = pages_[p].first_text;
    const auto end = p + 1 < pages_.size() ? pages_[p + 1].first_text : paged_;
    YAGURA_TRY(pages_[p].uses,
               put(file_, write_lists(take_uses(uses, end), first, end - first), options_.level));
  }
  YAGURA_TRY(column.page_table, put(file_, eventstore::write_pages(pages_), options_.level));
  if (!pages_.empty()) {
    YAGURA_CHECK(put_learned(file_.path().parent_path(), *learned_));
    column.learned = learned_->id;
  }
  if (grams_.pages() > 0) YAGURA_CHECK(write_grams());
  column.grams = std::move(tables_);
  return {};
}

}  // namespace yagura::eventstore
