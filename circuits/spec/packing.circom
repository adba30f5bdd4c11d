pragma circom 2.2.0;

// Packs `count` values of `bits` bits into words below 2^248, little end first, as lanes value - minimum.
//
// The caller guarantees that every value lies in [minimum, minimum + 2^bits): inputs by InputLane, outputs by
// the interval that their templates enforce. Then no lane carries into the next, the words determine the
// values, and every word is below r.
//
// Constraints: none, the words are linear.
template Packing(count, bits, minimum) {
    var perWord = 248 \ bits;
    var words = (count + perWord - 1) \ perWord;

    signal input in[count];
    signal output out[words];

    for (var word = 0; word < words; word++) {
        var sum = 0;
        for (var i = 0; i < perWord && word * perWord + i < count; i++) {
            sum += (in[word * perWord + i] - minimum) * (1 << (bits * i));
        }
        out[word] <== sum;
    }
}
