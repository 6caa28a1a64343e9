#include "monitor/trap/directory.hpp"

#include <algorithm>

namespace yagura::monitor::trap {
namespace {

std::string_view octets(const Address& address) {
  return {reinterpret_cast<const char*>(address.data()), address.size()};
}

template <class Index>
const auto& find_or_empty(const Index& index, std::string_view key) {
  static const typename Index::mapped_type empty;
  const auto found = index.find(key);
  return found == index.end() ? empty : found->second;
}

bool has(const Sender& sender, std::string_view community) {
  return std::ranges::find(sender.communities, community) != sender.communities.end();
}

}  // namespace

std::shared_ptr<const SenderDirectory> SenderDirectory::build(std::vector<Sender> senders,
                                                              snmp::Bytes local_engine,
                                                              snmp::UsmKeyCache& cache,
                                                              std::vector<Fault>* faults) {
  auto directory = std::make_shared<SenderDirectory>();
  directory->senders_ = std::move(senders);
  for (const auto& sender : directory->senders_) directory->index(sender, local_engine, cache, faults);
  return directory;
}

void SenderDirectory::index(const Sender& sender, snmp::Bytes local_engine, snmp::UsmKeyCache& cache,
                            std::vector<Fault>* faults) {
  devices_[sender.device] = &sender;
  for (const auto& address : sender.addresses) addresses_[std::string(octets(address))].push_back(&sender);
  for (const auto& address : sender.agent_addresses) agents_[std::string(octets(address))].push_back(&sender);
  for (const auto& engine : sender.engine_ids) engines_[engine] = &sender;
  const auto add = [&](std::vector<KeyedUser>& into, const snmp::UsmCredentials& user, snmp::Bytes engine) {
    auto keys = cache.keys(user, engine);
    if (keys)
      into.push_back({&sender, std::move(*keys)});
    else if (faults != nullptr)
      faults->push_back({sender.device, user.user, std::move(keys).error()});
  };
  for (const auto& user : sender.users) {
    for (const auto& engine : sender.engine_ids) add(engine_users_[engine], user, snmp::bytes_of(engine));
    if (!local_engine.empty()) add(local_users_[user.user], user, local_engine);
  }
}

SenderDirectory::Community SenderDirectory::by_community(const Address& source, std::string_view community,
                                                         const Address& agent) const {
  const auto judge = [&](const Sender* sender) -> Community {
    return {has(*sender, community) ? Found::sender : Found::wrong_community, sender};
  };
  const auto& here = by_address(source);
  if (here.size() == 1 && !here[0]->behind_nat) return judge(here[0]);
  if (agent != Address{})
    for (const auto* sender : find_or_empty(agents_, octets(agent))) {
      const bool from_here = std::ranges::find(here, sender) != here.end();
      if (from_here || (sender->behind_nat && sender->addresses.empty())) return judge(sender);
    }
  if (here.empty()) return {};
  // One gateway, several devices, and no agent address to tell them apart: the gateway itself if it is a
  // device, else the only one with this community.
  for (const auto* sender : here)
    if (!sender->behind_nat && has(*sender, community)) return {Found::sender, sender};
  const Sender* only = nullptr;
  for (const auto* sender : here) {
    if (!has(*sender, community)) continue;
    if (only != nullptr) return {};
    only = sender;
  }
  return only != nullptr ? Community{Found::sender, only} : Community{Found::wrong_community, here[0]};
}

const Sender* SenderDirectory::by_device(Id device) const {
  const auto found = devices_.find(device);
  return found == devices_.end() ? nullptr : found->second;
}

const std::vector<const Sender*>& SenderDirectory::by_address(const Address& source) const {
  return find_or_empty(addresses_, octets(source));
}

const Sender* SenderDirectory::by_engine(snmp::Bytes engine_id) const {
  const auto found = engines_.find(snmp::text_of(engine_id));
  return found == engines_.end() ? nullptr : found->second;
}

const std::vector<KeyedUser>& SenderDirectory::users_of_engine(snmp::Bytes engine_id) const {
  return find_or_empty(engine_users_, snmp::text_of(engine_id));
}

const std::vector<KeyedUser>& SenderDirectory::local_users(std::string_view user) const {
  return find_or_empty(local_users_, user);
}

bool SenderDirectory::flaps_by_design(Id device, std::uint32_t interface) const {
  const auto* sender = by_device(device);
  return sender != nullptr && std::ranges::find(sender->flapping, interface) != sender->flapping.end();
}

}  // namespace yagura::monitor::trap
