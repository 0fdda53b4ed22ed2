mod machinery;
