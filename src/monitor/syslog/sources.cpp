#include "monitor/syslog/sources.hpp"

namespace yagura::monitor::syslog {

std::shared_ptr<const SourceDirectory> SourceDirectory::build(
    const std::vector<KnownSource>& sources, std::optional<std::string> contract_of_strangers) {
  auto out = std::make_shared<SourceDirectory>();
  for (const auto& one : sources)
    for (const auto& address : one.addresses) {
      Found found{one.contract, one.source, false};
      found.source.address = trap::to_text(address);
      out->known_.try_emplace(address, std::move(found));
    }
  out->strangers_ = std::move(contract_of_strangers);
  return out;
}

std::optional<SourceDirectory::Found> SourceDirectory::find(const Address& address) const {
  if (const auto found = known_.find(address); found != known_.end()) return found->second;
  if (!strangers_) return std::nullopt;
  Found out{*strangers_, {}, true};
  out.source.device = out.source.address = trap::to_text(address);
  return out;
}

}  // namespace yagura::monitor::syslog
