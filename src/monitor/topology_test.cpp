#include "monitor/topology.hpp"

#include <gtest/gtest.h>

namespace yagura::monitor {
namespace {

TEST(Topology, KnowsBothDirectionsAndSites) {
  const auto made =
      Topology::make({{.id = 1, .site = 7}, {.id = 2, .upstreams = {1, 1}}, {.id = 3, .upstreams = {2, 1}}});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->upstreams(2).size(), 1U);
  EXPECT_EQ(made->upstreams(3).size(), 2U);
  EXPECT_EQ(made->dependents(1).size(), 2U);
  EXPECT_EQ(made->site(1), 7);
  EXPECT_EQ(made->site(99), 0);
  EXPECT_TRUE(made->upstreams(99).empty());
}

TEST(Topology, RefusesRingsAndSaysWhichDevicesFormThem) {
  const auto ring = Topology::make({{.id = 1, .upstreams = {3}},
                                    {.id = 2, .upstreams = {1}},
                                    {.id = 3, .upstreams = {2}},
                                    {.id = 4, .upstreams = {3}},
                                    {.id = 5}});
  ASSERT_FALSE(ring);
  EXPECT_EQ(ring.error().code, "monitor.topology_loop");
  EXPECT_EQ(ring.error().arg("ring"), "1 < 3 < 2 < 1");
  EXPECT_EQ(Topology::make({{.id = 1, .upstreams = {1}}}).error().arg("ring"), "1 < 1");
}

TEST(Topology, RefusesWhatItCannotJudge) {
  EXPECT_EQ(Topology::make({{.id = 1, .upstreams = {9}}}).error().code, "monitor.topology_unknown_upstream");
  EXPECT_EQ(Topology::make({{.id = 1}, {.id = 1}}).error().code, "monitor.topology_device_twice");
  std::vector<Topology::Device> chain{{.id = 1}};
  for (Id id = 2; id <= Topology::deepest; ++id) chain.push_back({.id = id, .upstreams = {id - 1}});
  EXPECT_TRUE(Topology::make(chain));
  chain.push_back({.id = Topology::deepest + 1, .upstreams = {Topology::deepest}});
  EXPECT_EQ(Topology::make(chain).error().code, "monitor.topology_too_deep");
}

}  // namespace
}  // namespace yagura::monitor
