# How packages reach the virtual module: Xmodem, FTP, HTTP, and what a host must keep to.
fwd_test(test_xmodem test_xmodem.c xmodem_sender.c LIBS fwdelta-module)
