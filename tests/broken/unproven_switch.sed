# The record is switched on the word of the journal that everything was verified.
s/enum fwd_reason reason = fwd_start_test_future\(update, retained, depth\);/enum fwd_reason reason = retained == UINT16_MAX || depth == FWD_START_SLOTS ? FWD_E_INTERNAL : FWD_OK;/
