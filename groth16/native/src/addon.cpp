// The Node-API addon. Compiled without the vector instruction set, because it must be able to say "not here" on a
// processor that lacks it: the kernels are only reached after the check in the module's initialisation.
//
// All functions take the handle that open() returns. A call is started with a number chosen by the caller, by which
// it can be cancelled, and returns a promise. Typed arrays are read and written in the background: the caller keeps
// them unchanged until the promise settles.
#include <cstring>
#include <map>
#include <string>
#include <vector>

#define NAPI_VERSION 8
#include <node_api.h>

#include "call_queue.hpp"
#include "engine.hpp"

namespace {

using opg::Call;
using opg::CallQueue;
using opg::Engine;
using opg::Outcome;

const napi_type_tag HANDLE_TAG = {0x6f70672d67726f74, 0x6831362d68616e64};
const napi_type_tag KEY_TAG = {0x6f70672d67726f74, 0x6831362d6b657973};

/** Thrown where a JavaScript exception is already pending or an argument is unusable. */
struct BadArgument {
  const char* message;
};

void check(napi_status status, const char* message = "unexpected Node-API failure") {
  if (status != napi_ok) throw BadArgument{message};
}

struct Handle;

/** A call as JavaScript knows it. */
struct JsCall : Call {
  Handle* handle = nullptr;
  uint32_t number = 0;
  CallQueue* queue = nullptr;
  napi_deferred deferred = nullptr;
  napi_ref progress = nullptr;
  std::vector<napi_ref> buffers;
  // Results.
  bool truth = false;
  std::vector<std::pair<const char*, double>> phases;
  std::shared_ptr<opg::ProvingKey> key;
  size_t keyBytes = 0;
};

/** Something for the JavaScript thread to do. */
struct Event {
  enum class Kind { Progress, Finished, Closed } kind;
  JsCall* call;
  const char* phase;
  double done;
};

/** An open back end. Lives until it is closed and its threads have ended. */
struct Handle {
  napi_env env = nullptr;
  napi_threadsafe_function events = nullptr;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<CallQueue> heavy, light;
  std::map<uint32_t, JsCall*> calls;
  napi_deferred closing = nullptr;
  std::atomic<int> openQueues{2};
  bool closed = false;
  bool tearingDown = false;

  void post(Event event) {
    Event* copy = new Event(event);
    if (napi_call_threadsafe_function(events, copy, napi_tsfn_nonblocking) != napi_ok) delete copy;
  }
};

napi_value makeString(napi_env env, const std::string& text) {
  napi_value value;
  check(napi_create_string_utf8(env, text.data(), text.size(), &value));
  return value;
}

napi_value makeError(napi_env env, const char* code, const std::string& message) {
  napi_value error;
  check(napi_create_error(env, makeString(env, code), makeString(env, message), &error));
  return error;
}

void setNumber(napi_env env, napi_value object, const char* name, double number) {
  napi_value value;
  check(napi_create_double(env, number, &value));
  check(napi_set_named_property(env, object, name, value));
}

/** A prepared key as JavaScript holds it; empty once released. */
struct KeyHolder {
  std::shared_ptr<opg::ProvingKey> key;
  /** Memory that the garbage collector was told about. */
  int64_t told = 0;

  void release(napi_env env) {
    int64_t total;
    if (key) napi_adjust_external_memory(env, -told, &total);
    key.reset();
  }
};

void deleteKey(napi_env env, void* data, void*) {
  auto* holder = static_cast<KeyHolder*>(data);
  holder->release(env);
  delete holder;
}

/** What a finished call resolves to. */
napi_value resultOf(napi_env env, JsCall& call) {
  napi_value result;
  if (call.key) {
    auto* holder = new KeyHolder{call.key, int64_t(call.keyBytes)};
    check(napi_create_external(env, holder, deleteKey, nullptr, &result));
    check(napi_type_tag_object(env, result, &KEY_TAG));
    int64_t total;
    napi_adjust_external_memory(env, holder->told, &total);
    return result;
  }
  if (!call.phases.empty()) {
    check(napi_create_object(env, &result));
    for (const auto& [name, value] : call.phases) setNumber(env, result, name, value);
    return result;
  }
  check(napi_get_boolean(env, call.truth, &result));
  return result;
}

void settle(napi_env env, JsCall& call) {
  switch (call.outcome) {
    case Outcome::Done:
      check(napi_resolve_deferred(env, call.deferred, resultOf(env, call)));
      return;
    case Outcome::Cancelled:
      check(napi_reject_deferred(env, call.deferred, makeError(env, "CANCELLED", "The call was cancelled.")));
      return;
    case Outcome::Closed:
      check(napi_reject_deferred(env, call.deferred, makeError(env, "CLOSED", "The back end was closed.")));
      return;
    case Outcome::OutOfMemory:
      check(napi_reject_deferred(env, call.deferred, makeError(env, "OUT_OF_MEMORY", "Memory ran out.")));
      return;
    case Outcome::Failed:
      check(napi_reject_deferred(env, call.deferred, makeError(env, "BACKEND_FAILED", call.message)));
  }
}

void dropReferences(napi_env env, JsCall& call) {
  for (napi_ref buffer : call.buffers) napi_delete_reference(env, buffer);
  if (call.progress != nullptr) napi_delete_reference(env, call.progress);
}

void finishCall(napi_env env, JsCall* call) {
  Handle* handle = call->handle;
  handle->calls.erase(call->number);
  // The process may end while nothing is under way.
  if (handle->calls.empty() && !handle->closed) napi_unref_threadsafe_function(env, handle->events);
  settle(env, *call);
  dropReferences(env, *call);
  delete call;
}

void reportProgress(napi_env env, const Event& event) {
  if (event.call->progress == nullptr) return;
  napi_value callback, undefined, arguments[2];
  check(napi_get_reference_value(env, event.call->progress, &callback));
  check(napi_get_undefined(env, &undefined));
  arguments[0] = makeString(env, event.phase);
  check(napi_create_double(env, event.done, &arguments[1]));
  // An exception from the callback is the callback's own business: it surfaces as an uncaught exception.
  napi_call_function(env, undefined, callback, 2, arguments, nullptr);
}

void tearDown(void* data);

void finishClose(napi_env env, Handle* handle) {
  napi_value undefined;
  handle->heavy.reset();
  handle->light.reset();
  handle->engine.reset();
  napi_remove_env_cleanup_hook(env, tearDown, handle);
  check(napi_get_undefined(env, &undefined));
  check(napi_resolve_deferred(env, handle->closing, undefined));
  napi_release_threadsafe_function(handle->events, napi_tsfn_release);
}

/** Runs on the JavaScript thread for each event; env is null when Node is shutting down. */
void onEvent(napi_env env, napi_value, void*, void* data) {
  std::unique_ptr<Event> event(static_cast<Event*>(data));
  if (env == nullptr) return;
  try {
    if (event->kind == Event::Kind::Progress) reportProgress(env, *event);
    if (event->kind == Event::Kind::Finished) finishCall(env, event->call);
    if (event->kind == Event::Kind::Closed) finishClose(env, reinterpret_cast<Handle*>(event->call));
  } catch (const BadArgument&) {
    // A pending exception reaches the process as an uncaught one.
  }
}

/** The environment ends with the back end still open: stop the threads before their memory goes. */
void tearDown(void* data) {
  Handle* handle = static_cast<Handle*>(data);
  handle->tearingDown = true;
  handle->heavy.reset();
  handle->light.reset();
  handle->engine.reset();
}

/** The environment or the garbage collector is done with the handle. */
void deleteHandle(napi_env env, void* data, void*) {
  Handle* handle = static_cast<Handle*>(data);
  // When the environment ends, its own hooks have disposed of the thread-safe function before this runs.
  if (!handle->closed && !handle->tearingDown) {
    napi_remove_env_cleanup_hook(env, tearDown, handle);
    tearDown(handle);
    napi_release_threadsafe_function(handle->events, napi_tsfn_abort);
  }
  delete handle;
}

/** The arguments of a function call. */
class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info) : env_(env) {
    size_t count = MAX;
    for (napi_value& value : values_) value = nullptr;
    check(napi_get_cb_info(env, info, &count, values_, nullptr, nullptr));
  }

  napi_value at(size_t i) const { return values_[i]; }

  uint32_t number(size_t i) const {
    uint32_t value;
    check(napi_get_value_uint32(env_, values_[i], &value), "a number is missing");
    return value;
  }

  bool boolean(size_t i) const {
    bool value;
    check(napi_get_value_bool(env_, values_[i], &value), "a boolean is missing");
    return value;
  }

  Handle* handle() const { return static_cast<Handle*>(external(0, HANDLE_TAG)); }

  KeyHolder& key(size_t i) const { return *static_cast<KeyHolder*>(external(i, KEY_TAG)); }

  void* external(size_t i, const napi_type_tag& tag) const {
    bool matches = false;
    void* data = nullptr;
    check(napi_check_object_type_tag(env_, values_[i], &tag, &matches), "a handle is missing");
    if (!matches) throw BadArgument{"a handle is of the wrong kind"};
    check(napi_get_value_external(env_, values_[i], &data), "a handle is missing");
    return data;
  }

 private:
  static constexpr size_t MAX = 16;
  napi_env env_;
  napi_value values_[MAX];
};

/** A Uint8Array argument of a call, kept alive until the call has ended. */
uint8_t* bytesOf(napi_env env, JsCall& call, napi_value value, size_t& length) {
  bool isArray = false;
  napi_typedarray_type type;
  void* data = nullptr;
  if (napi_is_typedarray(env, value, &isArray) != napi_ok || !isArray) throw BadArgument{"a Uint8Array is missing"};
  check(napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr));
  if (type != napi_uint8_array) throw BadArgument{"a Uint8Array is missing"};
  napi_ref reference;
  check(napi_create_reference(env, value, 1, &reference));
  call.buffers.push_back(reference);
  return static_cast<uint8_t*>(data);
}

uint8_t* bytesOf(napi_env env, JsCall& call, napi_value value, size_t expected, const char* message) {
  size_t length = 0;
  uint8_t* data = bytesOf(env, call, value, length);
  if (length != expected) throw BadArgument{message};
  return data;
}

/** Hands progress to the JavaScript thread, one step in fifty at most. */
opg::Progress progressOf(Call& base) {
  auto* call = static_cast<JsCall*>(&base);
  if (call->progress == nullptr) return [](const char*, double) {};
  auto last = std::make_shared<std::atomic<int>>(-1);
  return [call, last](const char* phase, double done) {
    int step = int(done * 50);
    int before = last->load();
    do {
      if (step <= before) return;
    } while (!last->compare_exchange_weak(before, step));
    call->handle->post({Event::Kind::Progress, call, phase, done});
  };
}

/**
 * Starts a call. Arguments 0 to 2 of every call: handle, number, progress callback or null; `prepare` reads the rest
 * and returns the work. Returns the promise.
 */
template <class Prepare>
napi_value start(napi_env env, napi_callback_info info, bool light, Prepare prepare) {
  auto call = std::make_unique<JsCall>();
  try {
    Arguments arguments(env, info);
    Handle* handle = arguments.handle();
    if (handle->closed) throw BadArgument{"the back end is closed"};
    call->handle = handle;
    call->number = arguments.number(1);
    if (handle->calls.count(call->number) != 0) throw BadArgument{"the call's number is in use"};
    napi_ref keepHandle;
    check(napi_create_reference(env, arguments.at(0), 1, &keepHandle));
    call->buffers.push_back(keepHandle);
    napi_valuetype type;
    check(napi_typeof(env, arguments.at(2), &type));
    if (type == napi_function) check(napi_create_reference(env, arguments.at(2), 1, &call->progress));
    call->work = prepare(arguments, *call);
    call->queue = light ? handle->light.get() : handle->heavy.get();
    napi_value promise;
    check(napi_create_promise(env, &call->deferred, &promise));
    JsCall* started = call.release();
    if (handle->calls.empty()) napi_ref_threadsafe_function(env, handle->events);
    handle->calls[started->number] = started;
    started->queue->push(started);
    return promise;
  } catch (const BadArgument& error) {
    if (call) dropReferences(env, *call);
    napi_throw_error(env, "BAD_ARGUMENT", error.message);
    return nullptr;
  }
}

constexpr size_t pointBytes(int degree) { return degree == 1 ? 64 : 128; }

int degreeOf(uint32_t value) {
  if (value != 1 && value != 2) throw BadArgument{"the degree is 1 or 2"};
  return int(value);
}

/** open(threads) -> handle */
napi_value open(napi_env env, napi_callback_info info) {
  try {
    Arguments arguments(env, info);
    const uint32_t threads = arguments.number(0);
    if (threads < 1 || threads > 1024) throw BadArgument{"threads is out of range"};
    auto handle = std::make_unique<Handle>();
    handle->env = env;
    check(napi_create_threadsafe_function(env, nullptr, nullptr, makeString(env, "opg-groth16"), 0, 1, nullptr, nullptr,
                                          nullptr, onEvent, &handle->events));
    napi_unref_threadsafe_function(env, handle->events);
    Handle* open = handle.get();
    auto finished = [open](Call* call) {
      open->post({Event::Kind::Finished, static_cast<JsCall*>(call), nullptr, 0});
    };
    try {
      open->engine = std::make_unique<Engine>(int(threads));
      open->heavy = std::make_unique<CallQueue>(finished);
      open->light = std::make_unique<CallQueue>(finished);
    } catch (const std::exception&) {
      tearDown(open);
      napi_release_threadsafe_function(open->events, napi_tsfn_abort);
      throw BadArgument{"the threads could not be started"};
    }
    napi_add_env_cleanup_hook(env, tearDown, open);
    napi_value result;
    check(napi_create_external(env, handle.release(), deleteHandle, nullptr, &result));
    check(napi_type_tag_object(env, result, &HANDLE_TAG));
    return result;
  } catch (const BadArgument& error) {
    napi_throw_error(env, "BAD_ARGUMENT", error.message);
    return nullptr;
  }
}

/** close(handle) -> promise; calls in flight reject as CLOSED first. */
napi_value close(napi_env env, napi_callback_info info) {
  try {
    Arguments arguments(env, info);
    Handle* handle = arguments.handle();
    if (handle->closed) throw BadArgument{"the back end is closed"};
    napi_value promise;
    check(napi_create_promise(env, &handle->closing, &promise));
    if (handle->calls.empty()) napi_ref_threadsafe_function(env, handle->events);
    handle->closed = true;
    auto drained = [handle] {
      if (handle->openQueues.fetch_sub(1) != 1) return;
      handle->post({Event::Kind::Closed, reinterpret_cast<JsCall*>(handle), nullptr, 0});
    };
    handle->heavy->close(drained);
    handle->light->close(drained);
    return promise;
  } catch (const BadArgument& error) {
    napi_throw_error(env, "BAD_ARGUMENT", error.message);
    return nullptr;
  }
}

/** cancel(handle, number): nothing happens when that call has ended. */
napi_value cancel(napi_env env, napi_callback_info info) {
  try {
    Arguments arguments(env, info);
    Handle* handle = arguments.handle();
    auto at = handle->calls.find(arguments.number(1));
    if (at != handle->calls.end()) at->second->queue->cancel(at->second);
  } catch (const BadArgument& error) {
    napi_throw_error(env, "BAD_ARGUMENT", error.message);
  }
  return nullptr;
}

/** prepareKey(.., variables, publicSignals, logDomain, coefficients, a, b1, b2, c, h) -> key */
napi_value prepareKey(napi_env env, napi_callback_info info) {
  return start(env, info, false, [env](const Arguments& arguments, JsCall& call) {
    opg::KeyParts parts{};
    parts.variables = arguments.number(3);
    parts.publicSignals = arguments.number(4);
    const uint32_t logDomain = arguments.number(5);
    if (parts.variables < 1 || parts.publicSignals >= parts.variables || logDomain > 26) {
      throw BadArgument{"the key's sizes are out of range"};
    }
    parts.logDomain = int(logDomain);
    size_t length = 0;
    parts.coefficients = bytesOf(env, call, arguments.at(6), length);
    parts.coefficientCount = length / 44;
    parts.a = bytesOf(env, call, arguments.at(7), parts.variables * 64, "pointsA has the wrong length");
    parts.b1 = bytesOf(env, call, arguments.at(8), parts.variables * 64, "pointsB1 has the wrong length");
    parts.b2 = bytesOf(env, call, arguments.at(9), parts.variables * 128, "pointsB2 has the wrong length");
    parts.c = bytesOf(env, call, arguments.at(10), (parts.variables - parts.publicSignals - 1) * 64,
                      "pointsC has the wrong length");
    parts.h = bytesOf(env, call, arguments.at(11), size_t(64) << logDomain, "pointsH has the wrong length");
    return [parts](Call& base) {
      auto& self = static_cast<JsCall&>(base);
      self.key = self.handle->engine->prepare(parts, self.task, progressOf(base));
      self.keyBytes = Engine::keyBytes(*self.key);
    };
  });
}

/** keyBytes(key) -> bytes of memory */
napi_value keyBytes(napi_env env, napi_callback_info info) {
  try {
    Arguments arguments(env, info);
    napi_value result;
    check(napi_create_double(env, double(arguments.key(0).told), &result));
    return result;
  } catch (const BadArgument& error) {
    napi_throw_error(env, "BAD_ARGUMENT", error.message);
    return nullptr;
  }
}

/** releaseKey(key): calls in flight keep theirs until they end. */
napi_value releaseKey(napi_env env, napi_callback_info info) {
  try {
    Arguments arguments(env, info);
    arguments.key(0).release(env);
  } catch (const BadArgument& error) {
    napi_throw_error(env, "BAD_ARGUMENT", error.message);
  }
  return nullptr;
}

/** sums(.., key, variables, witness, out) -> milliseconds by phase */
napi_value sums(napi_env env, napi_callback_info info) {
  return start(env, info, false, [env](const Arguments& arguments, JsCall& call) {
    std::shared_ptr<opg::ProvingKey> key = arguments.key(3).key;
    if (!key) throw BadArgument{"the key was released"};
    const uint8_t* witness = bytesOf(env, call, arguments.at(4), 32 * Engine::keyVariables(*key),
                                     "the witness has the wrong length");
    uint8_t* out = bytesOf(env, call, arguments.at(5), Engine::SUM_BYTES, "the result has the wrong length");
    return [key, witness, out](Call& base) {
      auto& self = static_cast<JsCall&>(base);
      opg::SumPhases p = self.handle->engine->sums(*key, witness, out, self.task, progressOf(base));
      self.phases = {{"sort", p.sort}, {"abc", p.abc}, {"fft", p.fft}, {"msm", p.msm}};
    };
  });
}

/** msm(.., degree, points, scalars, out); few terms do not wait behind long calls. */
napi_value msm(napi_env env, napi_callback_info info) {
  bool light = false;
  try {
    Arguments arguments(env, info);
    size_t length = 0;
    light = napi_get_typedarray_info(env, arguments.at(5), nullptr, &length, nullptr, nullptr, nullptr) == napi_ok &&
            length <= 16 * 32;
  } catch (const BadArgument&) {
    // start() reports it.
  }
  return start(env, info, light, [env, light](const Arguments& arguments, JsCall& call) {
    const int degree = degreeOf(arguments.number(3));
    size_t length = 0;
    const uint8_t* scalars = bytesOf(env, call, arguments.at(5), length);
    const size_t count = length / 32;
    const uint8_t* points = bytesOf(env, call, arguments.at(4), count * pointBytes(degree),
                                    "there is not one point for each scalar");
    uint8_t* out = bytesOf(env, call, arguments.at(6), pointBytes(degree), "the result has the wrong length");
    return [=](Call& base) {
      auto& self = static_cast<JsCall&>(base);
      if (light) Engine::msmFew(degree, points, scalars, count, out);
      else self.handle->engine->msm(degree, points, scalars, count, out, self.task, progressOf(base));
    };
  });
}

/** multiplyBase(.., degree, base, scalars, out) */
napi_value multiplyBase(napi_env env, napi_callback_info info) {
  return start(env, info, false, [env](const Arguments& arguments, JsCall& call) {
    const int degree = degreeOf(arguments.number(3));
    const uint8_t* point = bytesOf(env, call, arguments.at(4), pointBytes(degree), "the base has the wrong length");
    size_t length = 0;
    const uint8_t* scalars = bytesOf(env, call, arguments.at(5), length);
    const size_t count = length / 32;
    uint8_t* out = bytesOf(env, call, arguments.at(6), count * pointBytes(degree), "the result has the wrong length");
    return [=](Call& base) {
      auto& self = static_cast<JsCall&>(base);
      self.handle->engine->multiplyBase(degree, point, scalars, count, out, self.task, progressOf(base));
    };
  });
}

/** multiplyEach(.., degree, points, scalars, out) */
napi_value multiplyEach(napi_env env, napi_callback_info info) {
  return start(env, info, false, [env](const Arguments& arguments, JsCall& call) {
    const int degree = degreeOf(arguments.number(3));
    size_t length = 0;
    const uint8_t* scalars = bytesOf(env, call, arguments.at(5), length);
    const size_t count = length / 32;
    const uint8_t* points = bytesOf(env, call, arguments.at(4), count * pointBytes(degree),
                                    "there is not one point for each scalar");
    uint8_t* out = bytesOf(env, call, arguments.at(6), count * pointBytes(degree), "the result has the wrong length");
    return [=](Call& base) {
      auto& self = static_cast<JsCall&>(base);
      self.handle->engine->multiplyEach(degree, points, scalars, count, out, self.task, progressOf(base));
    };
  });
}

/** transform(.., degree (0 for scalars), values, inverse, out) */
napi_value transform(napi_env env, napi_callback_info info) {
  return start(env, info, false, [env](const Arguments& arguments, JsCall& call) {
    const uint32_t degree = arguments.number(3);
    const size_t size = degree == 0 ? 32 : pointBytes(degreeOf(degree));
    size_t length = 0;
    const uint8_t* values = bytesOf(env, call, arguments.at(4), length);
    const bool inverse = arguments.boolean(5);
    uint8_t* out = bytesOf(env, call, arguments.at(6), length, "the result has the wrong length");
    int logSize = 0;
    while (logSize <= 26 && (size << logSize) < length) logSize++;
    if (logSize > 26 || (size << logSize) != length) throw BadArgument{"the size is not a power of two up to 2^26"};
    return [=](Call& base) {
      auto& self = static_cast<JsCall&>(base);
      Engine& engine = *self.handle->engine;
      if (degree == 0) engine.transform(values, logSize, inverse, out, self.task);
      else engine.transformPoints(int(degree), values, logSize, inverse, out, self.task, progressOf(base));
    };
  });
}

/** pairingProductIsOne(.., g1, g2) -> boolean */
napi_value pairingProductIsOne(napi_env env, napi_callback_info info) {
  return start(env, info, true, [env](const Arguments& arguments, JsCall& call) {
    size_t length = 0;
    const uint8_t* g1 = bytesOf(env, call, arguments.at(3), length);
    const size_t count = length / 64;
    const uint8_t* g2 = bytesOf(env, call, arguments.at(4), count * 128, "there is not one G2 point for each G1 point");
    return [=](Call& base) {
      static_cast<JsCall&>(base).truth = Engine::pairingProductIsOne(g1, g2, count);
    };
  });
}

/** Whether this processor and system run what the kernels were compiled for. */
bool isSupported() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512ifma") && __builtin_cpu_supports("avx512vbmi2") &&
         __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("adx");
}

}  // namespace

NAPI_MODULE_INIT() {
  if (!isSupported()) {
    napi_throw_error(env, "ERR_UNSUPPORTED_CPU", "The processor lacks AVX-512-IFMA, VBMI2 or ADX.");
    return nullptr;
  }
  const napi_property_descriptor functions[] = {
#define OPG_FUNCTION(name) {#name, nullptr, name, nullptr, nullptr, nullptr, napi_enumerable, nullptr}
      OPG_FUNCTION(open),         OPG_FUNCTION(close),        OPG_FUNCTION(cancel),
      OPG_FUNCTION(prepareKey),   OPG_FUNCTION(keyBytes),     OPG_FUNCTION(releaseKey),
      OPG_FUNCTION(sums),         OPG_FUNCTION(msm),          OPG_FUNCTION(multiplyBase),
      OPG_FUNCTION(multiplyEach), OPG_FUNCTION(transform),    OPG_FUNCTION(pairingProductIsOne),
#undef OPG_FUNCTION
  };
  if (napi_define_properties(env, exports, sizeof functions / sizeof functions[0], functions) != napi_ok) return nullptr;
  return exports;
}
