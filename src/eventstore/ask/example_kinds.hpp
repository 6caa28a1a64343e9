// Two kinds of events for the tests, the fuzzer and the measurement of the query language: as on PCs and at a
// firewall, with one label that means two fields, one
// that is the name of another field, and one field that is a number here and a text there.
#pragma once

#include "eventstore/kind.hpp"

namespace yagura::eventstore {

inline Kinds example_kinds() {
  using enum FieldType;
  Kinds out;
  out["operation"] = {"operation",
                      "PC操作ログ",
                      "PC operations",
                      "pc",
                      {"section", "action"},
                      {{"pc", entity, "PC", "PC", {"端末", "host"}},
                       {"user", entity, "利用者", "User", {"ユーザー", "who"}},
                       {"section", category, "所属", "Section", {"課"}},
                       {"action", category, "操作", "Action", {}},
                       {"title", text, "ウィンドウ名", "Window title", {"タイトル"}},
                       {"path", text, "ファイル", "File", {"file"}},
                       {"bytes", number, "大きさ", "Bytes", {"size"}},
                       {"port", text, "ポート", "Port", {}}}};
  out["firewall"] = {"firewall",
                     "ファイアウォール",
                     "Firewall",
                     "device",
                     {"action"},
                     {{"device", entity, "装置", "Device", {"host", "user"}},
                      {"action", category, "操作", "Action", {}},
                      {"message", text, "本文", "Message", {}},
                      {"port", number, "ポート", "Port", {}},
                      {"bytes", number, "大きさ", "Bytes", {"size"}}}};
  return out;
}

}  // namespace yagura::eventstore
