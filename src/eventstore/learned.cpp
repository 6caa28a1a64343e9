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
  out->common = learn_common(pages);
  return out;
}

}  // namespace yagura::eventstore
