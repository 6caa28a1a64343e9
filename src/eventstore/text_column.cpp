#include "eventstore/text_column.hpp"

#include <algorithm>

#include "eventstore/fold.hpp"

namespace yagura::eventstore {

Result<Place> put(OutFile& file, std::string_view payload, int level, const PackDictionary* dictionary) {
  std::string frame;
  put_frame(frame, payload, level, dictionary);
  const Place place{file.size(), static_cast<std::uint32_t>(frame.size())};
  YAGURA_CHECK(file.append(frame));
  return place;
}

TextColumnWriter::TextColumnWriter(OutFile& file, const SegmentOptions& options,
                                   std::shared_ptr<const Learned> learned)
    : file_(file),
      options_(options),
      learned_(std::move(learned)),
      grams_(learned_->common, learned_->gram_rows) {
  bool fresh = false;
  (void)numbers_.find_or_add("", fresh);
  last_block_.push_back(0);
}

void TextColumnWriter::add(std::string_view text, std::uint32_t block) {
  last_block_.push_back(block);
  waiting_.emplace_back(text);
}

Result<void> TextColumnWriter::write_pages(bool last) {
  const std::span<const std::string> texts(waiting_);
  std::size_t begin = 0, bytes = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    bytes += texts[i].size() + 1;
    if (bytes < options_.page_bytes && !(last && i + 1 == texts.size())) continue;
    YAGURA_CHECK(write_page(texts.subspan(begin, i + 1 - begin)));
    begin = i + 1;
    bytes = 0;
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(begin));
  return {};
}

Result<void> TextColumnWriter::write_page(std::span<const std::string> texts) {
  PageEntry entry;
  entry.first_text = paged_;
  paged_ += static_cast<std::uint32_t>(texts.size());
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  YAGURA_TRY(entry.texts, put(file_, write_texts(views), options_.level, learned_->dictionary.get()));
  std::string folded;
  for (const auto& text : texts) {
    fold_into(text, folded);
    folded.push_back('\0');
  }
  grams_.add_page(folded);
  pages_.push_back(entry);
  return {};
}

Result<void> TextColumnWriter::finish(Directory::Column& column) {
  YAGURA_CHECK(write_pages(true));
  column.known = known();
  column.pages = static_cast<std::uint32_t>(pages_.size());
  std::ranges::sort(uses_);
  auto at = uses_.begin();
  for (std::size_t p = 0; p < pages_.size(); ++p) {
    const auto first = pages_[p].first_text;
    const auto end = p + 1 < pages_.size() ? pages_[p + 1].first_text : paged_;
    Lists lists(end - first);
    for (; at != uses_.end() && (*at >> 32U) < end; ++at)
      lists[static_cast<std::size_t>((*at >> 32U) - first)].push_back(static_cast<std::uint32_t>(*at));
    YAGURA_TRY(pages_[p].uses, put(file_, write_lists(lists), options_.level));
  }
  YAGURA_TRY(column.page_table, put(file_, eventstore::write_pages(pages_), options_.level));
  if (learned_->dictionary) {
    YAGURA_TRY(column.dictionary, put(file_, learned_->dictionary->bytes(), options_.level));
  }
  const auto matrix = grams_.matrix();
  column.gram_rows = learned_->gram_rows;
  YAGURA_TRY(column.common_grams, put(file_, learned_->common.bytes(), options_.level));
  column.matrix = file_.size();
  const std::size_t width = (pages_.size() + 7) / 8;
  for (std::uint32_t row = 0; row < column.gram_rows; ++row) {
    std::string bytes(matrix, row * width, width);
    put_fixed(bytes, static_cast<std::uint32_t>(checksum(bytes)));
    YAGURA_CHECK(file_.append(bytes));
  }
  return {};
}

}  // namespace yagura::eventstore
