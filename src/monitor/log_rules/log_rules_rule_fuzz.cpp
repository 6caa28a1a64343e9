// Any bytes as a rule's file; what is a rule judges some events.
#include "monitor/log_rules/rule_ground.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yagura;
  using namespace yagura::monitor::log_rules;
  static const RuleGround ground;
  static const auto batches = ground.batches(
      {"<86>Nov 22 11:59:58 web-01 sshd[4713]: Failed password for root from 203.0.113.66 port 4711 ssh2",
       "<134>LAN2: link down",
       "<187>125: Nov 22 11:59:58: %LINK-3-UPDOWN: Interface Gi1, changed state to up", "\xff{"});
  if (size > 8192) return 0;
  const auto value = schema::parse_yaml({reinterpret_cast<const char*>(data), size}, 8192);
  if (!value) return 0;
  auto file = read_rule_file(*value);
  if (!file) return 0;
  auto rule = make_rule(std::move(*file), ground.vocabulary);
  if (!rule) return 0;
  Judge judge("c", ground.kinds, RuleSet::alone(std::move(*rule)),
              {.keys_each = 3, .instants_each = 9, .keys = 5});
  judge.set_devices(std::make_shared<DeviceNames>(DeviceNames{{"fw-01", 7}}));
  Hits hits;
  for (int round = 0; round < 3; ++round)
    for (const auto& [kind, batch] : batches) judge.judge(*kind, batch, ground.received, hits);
  judge.tick(ground.received + std::chrono::hours(24 * 30), hits);
  for (const auto& hit : hits)
    if (hit.device != 7 || hit.count == 0 || hit.last < hit.first) std::abort();
  return 0;
}
