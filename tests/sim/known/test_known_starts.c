/* Faults that kept whole firmware from starting: a damaged file store, power that never lasts, a
 * watchdog. */
#include "sim/device/system.h"
#include "tests/sim/known/known_faults_rig.h"

#include <stdlib.h>
#include <string.h>

/* What updating needs and starting does not. */
START_TEST(a_damaged_file_store_withholds_no_firmware)
{
    static const uint8_t rubbish[8] = {0};
    struct trust_rig rig;

    known_faults_new(&rig, known_faults_two_slots);
    struct fwd_bytes package = known_faults_delta(&rig, 0, 1, 1);
    rig.next = &package;
    struct fwd_nor_cut cut = {
        known_faults_operation(&rig, FWD_STATE_REHEARSING) + 3, FWD_NOR_BEFORE, 0, 0};
    trust_rig_reset(&rig);
    ck_assert(trust_rig_cut(&rig, &cut));
    ck_assert(fwd_nor_poke(rig.machine->nor, FWD_AREA_SYSTEM,
        fwd_system_offset(rig.machine->description, FWD_SYSTEM_FILE_STORE), rubbish,
        sizeof rubbish));
    ck_assert_int_eq(trust_rig_settle(&rig, KNOWN_FAULTS_MANY_STARTS), 0);
    fwd_bytes_free(&package);
    trust_rig_free(&rig);
}
END_TEST

/* Power that never lasts for a rehearsal: the old firmware is whole, and must run some day. */
START_TEST(power_that_fails_at_every_start_withholds_no_firmware)
{
    struct trust_rig rig;
    bool runs = false;

    known_faults_new(&rig, known_faults_in_place);
    struct fwd_bytes package = known_faults_delta(&rig, 0, 1, 1);
    rig.next = &package;
    struct fwd_nor_cut cut = {
        known_faults_operation(&rig, FWD_STATE_REHEARSING) + 5, FWD_NOR_BEFORE, 0, 0};
    trust_rig_reset(&rig);
    ck_assert(trust_rig_cut(&rig, &cut));
    rig.next = NULL;
    cut.operation = 12;
    for (int i = 0; i < KNOWN_FAULTS_MANY_STARTS && !runs; i++)
        runs = !trust_rig_cut(&rig, &cut) && rig.choice.action == FWD_BOOT_RUN;
    ck_assert_msg(runs, "nothing ran in %d starts", KNOWN_FAULTS_MANY_STARTS);
    ck_assert_int_eq(trust_rig_running(&rig), 0);
    fwd_bytes_free(&package);
    trust_rig_free(&rig);
}
END_TEST

/* Pieces of the image, at random: a delta with as many runs. */
static struct fwd_bytes shuffled(const struct fwd_bytes *image, size_t piece)
{
    size_t count = image->size / piece;
    struct fwd_bytes out = {malloc(image->size), image->size};

    ck_assert_ptr_nonnull(out.data);
    memcpy(out.data, image->data, image->size);
    for (uint64_t i = 0, at = 1; i < count; i++, at = at * 48271 % 2147483647)
        memcpy(out.data + i * piece, image->data + at % count * piece, piece);
    return out;
}

/* Whatever a decoder does before its first byte, the watchdog is fed. */
START_TEST(the_watchdog_is_fed_while_a_decoder_begins)
{
    static const struct torture_shape large = {"large", true, 256, 255, false,
        "[{\"size\": 4096, \"count\": 128}]", 524288, 4096, 4096, NULL, 0, 2, false};
    struct trust_rig rig;

    trust_rig_new(&rig, &large, 500000);
    fwd_bytes_free(&rig.images[1]);
    rig.images[1] = shuffled(&rig.images[0], 41);
    struct fwd_bytes package = trust_rig_package(
        &rig, &(struct trust_package){.from = 0, .to = 1, .codec = FWD_CODEC_FWD});
    rig.next = &package;
    rig.machine->watchdog.limit = 4 * 4096;
    fwd_watchdog_wrap(&rig.machine->watchdog, &rig.machine->ports);
    for (int i = 0; i < KNOWN_FAULTS_STARTS; i++) {
        trust_rig_cut(&rig, NULL);
        rig.next = NULL;
    }
    ck_assert_msg(rig.machine->resets == 0, "%u of %d starts were reset: %u bytes of work at once",
        rig.machine->resets, KNOWN_FAULTS_STARTS, (unsigned)rig.machine->watchdog.most);
    ck_assert_int_eq(trust_rig_running(&rig), 1);
    fwd_bytes_free(&package);
    trust_rig_free(&rig);
}
END_TEST

int main(int argc, char **argv)
{
    return known_faults_main(argc, argv,
        (const struct known_faults_test[]){
            {"file_store", a_damaged_file_store_withholds_no_firmware, 1},
            {"power_never_lasts", power_that_fails_at_every_start_withholds_no_firmware, 1},
            {"watchdog", the_watchdog_is_fed_while_a_decoder_begins, 1},
            {NULL, NULL, 0},
        });
}
