// share/openapi.yaml as tests use it: its operations, and whether an answer is what it promises.
//
// Purpose: a JSON Schema subset: type, required, enum, oneOf, allOf, $ref, items, properties,
//          additionalProperties, minimum, maximum. A keyword that is neither known nor a mere note is a
//          fault, so that no promise goes unchecked.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "schema/value.hpp"

namespace yagura::api_test {

struct Operation {
  std::string id, method, path, tag;
  const schema::Value* description = nullptr;
};

class Openapi {
 public:
  static const Openapi& shared();

  [[nodiscard]] const std::map<std::string, Operation>& operations() const { return operations_; }
  // The operation of a request; nullptr when there is none.
  [[nodiscard]] const Operation* find(std::string_view method, std::string_view path) const;
  // Everything in which the answer differs from what is promised; empty when it is right.
  [[nodiscard]] std::vector<std::string> faults_of_answer(const Operation& operation, int status,
                                                          const std::string& content_type,
                                                          const std::string& body) const;
  [[nodiscard]] std::vector<std::string> faults(const schema::Value& schema,
                                                const schema::Value& value) const;

 private:
  explicit Openapi(schema::Value document);
  [[nodiscard]] const schema::Value& resolved(const schema::Value& value) const;
  void check(const schema::Value& schema, const schema::Value& value, const std::string& path,
             std::vector<std::string>& faults) const;

  schema::Value document_;
  std::map<std::string, Operation> operations_;
};

}  // namespace yagura::api_test
