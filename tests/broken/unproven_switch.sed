# The record is switched on the word of the journal that everything was verified.
s/enum fwd_reason reason = fwd_start_test_future\(update, retained, FWD_START_HASHED\);/enum fwd_reason reason = retained == UINT16_MAX ? FWD_E_INTERNAL : FWD_OK;/
