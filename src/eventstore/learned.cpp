#include "eventstore/learned.hpp"

#include "eventstore/fold.hpp"

namespace yagura::eventstore {

std::shared_ptr<const Learned> learn(std::span<const std::string_view> texts, const SegmentOptions& options) {
  // Pieces of the size of a few texts, so that learning sees many places.
  constexpr std::size_t sample_bytes = 2048;
  std::vector<std::string> samples, pages(1);
  std::string sample;
  for (const auto text : texts) {
    sample += text;
    if (sample.size() >= sample_bytes) samples.push_back(std::exchange(sample, {}));
    if (pages.back().size() >= options.page_bytes) pages.emplace_back();
    fold_into(text, pages.back());
    pages.back().push_back('\0');
  }
  auto out = std::make_shared<Learned>();
  if (auto bytes = PackDictionary::learn(samples, options.dictionary_bytes); !bytes.empty())
    out->dictionary = std::make_unique<const PackDictionary>(std::move(bytes), options.level);
  out->common = learn_common(pages, options.common_share);
  if (out->dictionary || !out->common.empty()) out->id = id_of_learned(write_learned(*out));
  return out;
}

std::string write_learned(const Learned& learned) {
  std::string out;
  put_text(out, learned.dictionary ? std::string_view(learned.dictionary->bytes()) : std::string_view());
  out += learned.common.write();
  return out;
}

std::uint64_t id_of_learned(std::string_view written) {
  return std::max<std::uint64_t>(checksum(written) >> 1U, 1);
}

WrittenLearned::WrittenLearned(std::string_view written) {
  Reader in(written);
  dictionary = in.text();
  common = in.bytes(in.left());
}

std::optional<Learned> read_learned(std::string_view written, int level) {
  const WrittenLearned parts(written);
  auto common = CommonGrams::read(parts.common);
  if (!common) return std::nullopt;
  Learned out;
  if (!parts.dictionary.empty())
    out.dictionary = std::make_unique<const PackDictionary>(std::string(parts.dictionary), level);
  if (out.dictionary && !out.dictionary->is_one()) return std::nullopt;
  out.common = *std::move(common);
  out.id = id_of_learned(written);
  return out;
}

}  // namespace yagura::eventstore
