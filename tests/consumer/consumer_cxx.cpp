// A boot loader in C++: the headers and the library as they are.
#include <cstdio>

#include "format/record/version_record.h"
#include "verify/verify.h"

#if FWD_VERSION_MAJOR != 1 || FWD_VERSION_NUMBER < 10000
#error "another release than this program was written for"
#endif

namespace {

const fwd_codec *const codecs[] = {&fwd_codec_stored, &fwd_codec_fwd_thumb};

class Loader {
  public:
    Loader()
    {
        device.ports = &ports;
        device.codecs = codecs;
        device.codec_count = 2;
    }

    bool refuses_a_device_without_places()
    {
        return fwd_update_memory(&device) == 0 &&
               fwd_update_init(&update, &device) == FWD_E_AREA_LAYOUT &&
               fwd_reason_code(FWD_E_AREA_LAYOUT) != 0;
    }

  private:
    fwd_ports ports = {};
    fwd_device device = {};
    fwd_update update = {};
};

}  // namespace

int main()
{
    static Loader loader;
    fwd_version_record record = {};
    uint8_t bytes[64];

    if (!loader.refuses_a_device_without_places())
        return 1;
    if (fwd_version_record_encode(&record, bytes, sizeof bytes) != 0)
        return 1; // a record without places is none
    std::printf("release %s, codec %u\n", FWD_VERSION_STRING,
        static_cast<unsigned>(fwd_codec_find(codecs, 2, FWD_CODEC_FWD)->id));
    return 0;
}
