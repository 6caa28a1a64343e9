#include "monitor/syslog/vendors.hpp"

#include <algorithm>
#include <set>

#include "monitor/syslog/vendor.hpp"

namespace yagura::monitor::syslog {

void Fields::begin(const eventstore::Kind& of) {
  kind = &of;
  texts.assign(of.fields.size(), {});
  numbers.assign(of.fields.size(), 0);
  at.reset();
}

bool Fields::set(std::optional<std::size_t> field, std::string_view text) {
  if (!field || text.empty() || !texts[*field].empty()) return false;
  texts[*field] = text;
  return true;
}

VendorSet::VendorSet() = default;
VendorSet::~VendorSet() = default;

VendorSet::Loaded VendorSet::load(const std::filesystem::path& folder, const eventstore::Kinds& kinds) {
  Loaded out;
  auto set = std::make_shared<VendorSet>();
  std::error_code failed;
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed))
    if (entry.path().extension() == ".yaml") files.insert(entry.path());
  if (failed)
    out.faults.push_back({folder.string(), Error{"monitor.syslog_vendor_invalid",
                                                 {{"file", folder.string()}, {"reason", failed.message()}}}});
  for (const auto& file : files) {
    auto text = read_vendor_file(file);
    auto vendor = text ? Vendor::make(std::move(*text), kinds)
                       : Result<std::unique_ptr<const Vendor>>(std::unexpected(std::move(text).error()));
    if (vendor)
      set->vendors_.push_back(std::move(*vendor));
    else
      out.faults.push_back({file.string(), std::move(vendor).error()});
  }
  std::ranges::sort(set->vendors_, {}, [](const auto& vendor) {
    return std::pair(vendor->file().order, vendor->file().vendor);
  });
  for (const auto& vendor : set->vendors_) set->names_.push_back(vendor->file().vendor);
  out.set = std::move(set);
  return out;
}

std::pair<Outcome, int> VendorSet::read(const Header& header, Time received, std::chrono::minutes offset,
                                        Scratch& scratch, Fields& out) const {
  std::pair<Outcome, int> unreadable{Outcome::not_theirs, -1};
  for (std::size_t i = 0; i < vendors_.size(); ++i) {
    if (!vendors_[i]->may_be(header)) continue;
    const auto outcome = vendors_[i]->read(header, received, offset, scratch, out);
    if (outcome == Outcome::read) return {outcome, static_cast<int>(i)};
    if (outcome == Outcome::unreadable && unreadable.second < 0) unreadable = {outcome, static_cast<int>(i)};
  }
  return unreadable;
}

}  // namespace yagura::monitor::syslog
