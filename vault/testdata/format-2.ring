age-encryption.org/v1
-> scrypt eW+kRuMq6llrlt9wnPWiBA 10
Rn8zCs6Jkslp5DtXMW4shJ0YeJN/QtTKoSSxAZy/FVU
--- 5JomBt2hsF34sPfUI16bpQbUZtOJCS/b7C/Lp9rBAkI
É	£¼?QÄtã^©»§áä>†ä/>ò;2P¥¥'N%6´z4ãw½JWªcbðîÚý­zè…êGÅñ¥á·)Ø‡{"Ý˜,40Ï²^ ž'‰6ˆ²µúìÑIj|¼Çû £'7{[JbÒ