// The Node-API addon. Compiled without the vector instruction set, because it must be able to say "not here" on a
// processor that lacks it: the kernels are only reached after the check in the module's initialisation.
//
// All functions take the handle that open() returns. A call is started with a number chosen by the caller, by which
// it can be cancelled, and returns a promise. Typed arrays are read and written in the background: the caller keeps
// them unchanged until the promise settles.
#include "addon_calls.hpp"

namespace {

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
