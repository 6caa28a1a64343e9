#include "monitor/trap/directory.hpp"

#include <algorithm>

namespace yagura::monitor::trap {
namespace {

std::string_view octets(const Address& address) {
  return {reinterpret_cast<const char*>(address.data()), address.size()};
}

template <class T, class Hash>
const std::vector<T>& find_or_empty(const SharedMap<std::string, std::vector<T>, Hash>& index,
                                    std::string_view key) {
  static const std::vector<T> empty;
  const auto* found = index.find(key);
  return found == nullptr ? empty : *found;
}

Id device_of(const Sender* sender) { return sender->device; }
Id device_of(const KeyedUser& user) { return user.sender->device; }

template <class T, class Hash>
void add(SharedMap<std::string, std::vector<T>, Hash>& index, const std::string& key, T value) {
  auto& list = index.own(key);
  const auto at =
      std::ranges::upper_bound(list, device_of(value), {}, [](const T& one) { return device_of(one); });
  list.insert(at, std::move(value));
}

template <class T, class Hash>
void drop(SharedMap<std::string, std::vector<T>, Hash>& index, const std::string& key, Id device) {
  if (!index.contains(key)) return;
  auto& list = index.own(key);
  const auto its = std::ranges::equal_range(list, device, {}, [](const T& one) { return device_of(one); });
  list.erase(its.begin(), its.end());
  if (list.empty()) index.erase(key);
}

bool has(const Sender& sender, std::string_view community) {
  return std::ranges::find(sender.communities, community) != sender.communities.end();
}

}  // namespace

std::shared_ptr<const SenderDirectory> SenderDirectory::build(std::vector<Sender> senders,
                                                              snmp::Bytes local_engine,
                                                              snmp::UsmKeyCache& cache,
                                                              std::vector<Fault>* faults) {
  std::ranges::sort(senders, {}, &Sender::device);  // lists then grow at their ends
  return SenderDirectory().with({}, std::move(senders), local_engine, cache, faults);
}

std::shared_ptr<const SenderDirectory> SenderDirectory::with(std::span<const Id> changed,
                                                             std::vector<Sender> now,
                                                             snmp::Bytes local_engine,
                                                             snmp::UsmKeyCache& cache,
                                                             std::vector<Fault>* faults) const {
  auto next = std::make_shared<SenderDirectory>(*this);
  for (const Id device : changed) next->take_out(device);
  for (auto& sender : now) next->put(std::move(sender), local_engine, cache, faults);
  return next;
}

void SenderDirectory::put(Sender said, snmp::Bytes local_engine, snmp::UsmKeyCache& cache,
                          std::vector<Fault>* faults) {
  const auto kept = std::make_shared<const Sender>(std::move(said));
  const auto* sender = kept.get();
  devices_.put(sender->device, kept);
  for (const auto& address : sender->addresses) add(addresses_, std::string(octets(address)), sender);
  for (const auto& address : sender->agent_addresses) add(agents_, std::string(octets(address)), sender);
  for (const auto& engine : sender->engine_ids) add(engines_, engine, sender);
  const auto add_user = [&](Index<KeyedUser>& into, const std::string& key, const snmp::UsmCredentials& user,
                            snmp::Bytes engine) {
    auto keys = cache.keys(user, engine);
    if (keys)
      add(into, key, KeyedUser{sender, std::move(*keys)});
    else if (faults != nullptr)
      faults->push_back({sender->device, user.user, std::move(keys).error()});
  };
  for (const auto& user : sender->users) {
    for (const auto& engine : sender->engine_ids)
      add_user(engine_users_, engine, user, snmp::bytes_of(engine));
    if (!local_engine.empty()) add_user(local_users_, user.user, user, local_engine);
  }
}

void SenderDirectory::take_out(Id device) {
  const auto* found = devices_.find(device);
  if (found == nullptr) return;
  const auto sender = *found;
  for (const auto& address : sender->addresses) drop(addresses_, std::string(octets(address)), device);
  for (const auto& address : sender->agent_addresses) drop(agents_, std::string(octets(address)), device);
  for (const auto& engine : sender->engine_ids) {
    drop(engines_, engine, device);
    drop(engine_users_, engine, device);
  }
  for (const auto& user : sender->users) drop(local_users_, user.user, device);
  devices_.erase(device);
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
  const auto* found = devices_.find(device);
  return found == nullptr ? nullptr : found->get();
}

const std::vector<const Sender*>& SenderDirectory::by_address(const Address& source) const {
  return find_or_empty(addresses_, octets(source));
}

const Sender* SenderDirectory::by_engine(snmp::Bytes engine_id) const {
  const auto& approved = find_or_empty(engines_, snmp::text_of(engine_id));
  return approved.empty() ? nullptr : approved.front();
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
