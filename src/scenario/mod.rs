mod spanned;
