namespace ModelBuild.Kernels;

/// <content>Instructions with the EVEX prefix (AVX-512). Where nothing else is said, vectors have 512 bits.</content>
internal sealed partial class Assembler
{
    private const int Map0F = 1;
    private const int Map0F38 = 2;
    private const int Map0F3A = 3;
    private const int NoPrefix = 0;
    private const int Prefix66 = 1;
    private const int PrefixF3 = 2;
    private const int PrefixF2 = 3;
    private const int Bits128 = 0;
    private const int Bits256 = 1;
    private const int Bits512 = 2;

    /// <summary>vmovdqu32 to, [from].</summary>
    internal void LoadVector(int to, MemoryOperand from) => Evex(Map0F, PrefixF3, 0x6F, to, 0, from, 64);

    /// <summary>vmovdqu32 [to], from.</summary>
    internal void StoreVector(MemoryOperand to, int from) => Evex(Map0F, PrefixF3, 0x7F, from, 0, to, 64);

    /// <summary>vmovups to, [from], 128 bits.</summary>
    internal void LoadVector128(int to, MemoryOperand from) => Evex(Map0F, NoPrefix, 0x10, to, 0, from, 16, Bits128);

    /// <summary>vmovups [to], from, 128 bits.</summary>
    internal void StoreVector128(MemoryOperand to, int from) => Evex(Map0F, NoPrefix, 0x11, from, 0, to, 16, Bits128);

    /// <summary>vmovdqu32 [to]{mask}, from: the integers whose bit is set.</summary>
    internal void StoreIntegers(MemoryOperand to, int mask, int from) => Evex(Map0F, PrefixF3, 0x7F, from, 0, to, 64, mask: mask);

    /// <summary>vmovdqu8 [to]{mask}, from, 256 bits: the bytes whose bit is set.</summary>
    internal void StoreBytes256(MemoryOperand to, int mask, int from) => Evex(Map0F, PrefixF2, 0x7F, from, 0, to, 32, Bits256, mask: mask);

    /// <summary>vmovdqu8 [to]{mask}, from: the bytes whose bit is set.</summary>
    internal void StoreBytes512(MemoryOperand to, int mask, int from) => Evex(Map0F, PrefixF2, 0x7F, from, 0, to, 64, mask: mask);

    /// <summary>vmovdqu8 [to]{mask}, from, 128 bits: the bytes whose bit is set.</summary>
    internal void StoreBytes128(MemoryOperand to, int mask, int from) => Evex(Map0F, PrefixF2, 0x7F, from, 0, to, 16, Bits128, mask: mask);

    /// <summary>vmovdqa32 to, from.</summary>
    internal void MoveVector(int to, int from) => Evex(Map0F, Prefix66, 0x6F, to, 0, from);

    /// <summary>vpxord to, to, to: zero.</summary>
    internal void ClearVector(int to) => Evex(Map0F, Prefix66, 0xEF, to, to, to);

    /// <summary>vpbroadcastd to, [from]: 4 bytes, 16 times.</summary>
    internal void Broadcast(int to, MemoryOperand from) => Evex(Map0F38, Prefix66, 0x58, to, 0, from, 4);

    /// <summary>vpdpbusd sum, unsigned, signed: adds the products of four bytes to every 32-bit lane, modulo 2^32.</summary>
    internal void Dot(int sum, int unsigned, int signed) => Evex(Map0F38, Prefix66, 0x50, sum, unsigned, signed);

    /// <summary>vpaddd to, left, right.</summary>
    internal void AddIntegers(int to, int left, int right) => Evex(Map0F, Prefix66, 0xFE, to, left, right);

    /// <summary>vcvtdq2ps to, from.</summary>
    internal void IntegersToFloats(int to, int from) => Evex(Map0F, NoPrefix, 0x5B, to, 0, from);

    /// <summary>vcvtps2dq to, from: rounds to nearest, ties to even.</summary>
    internal void FloatsToIntegers(int to, int from) => Evex(Map0F, Prefix66, 0x5B, to, 0, from);

    /// <summary>vmulps to, left, right.</summary>
    internal void Multiply(int to, int left, int right) => Evex(Map0F, NoPrefix, 0x59, to, left, right);

    /// <summary>vaddps to, left, [right].</summary>
    internal void Add(int to, int left, MemoryOperand right) => Evex(Map0F, NoPrefix, 0x58, to, left, right, 64);

    /// <summary>vpermd to, order, from: each 32-bit element from the place that the same element of the order names.</summary>
    internal void Permute(int to, int order, int from) => Evex(Map0F38, Prefix66, 0x36, to, order, from);

    /// <summary>vextracti32x4 to, from, index: 128 bits.</summary>
    internal void Extract128(int to, int from, byte index)
    {
        Evex(Map0F3A, Prefix66, 0x39, from, 0, to);
        Byte(index);
    }

    /// <summary>vextracti32x8 to, from, index: 256 bits.</summary>
    internal void Extract256(int to, int from, byte index)
    {
        Evex(Map0F3A, Prefix66, 0x3B, from, 0, to);
        Byte(index);
    }

    /// <summary>vmulps to, left, [right].</summary>
    internal void Multiply(int to, int left, MemoryOperand right) => Evex(Map0F, NoPrefix, 0x59, to, left, right, 64);

    /// <summary>vpunpcklbw to, left, right: within each 128 bits, the lower bytes of both in turn.</summary>
    internal void ZipLowBytes(int to, int left, int right) => Evex(Map0F, Prefix66, 0x60, to, left, right);

    /// <summary>vpunpckhbw to, left, right: the upper bytes.</summary>
    internal void ZipHighBytes(int to, int left, int right) => Evex(Map0F, Prefix66, 0x68, to, left, right);

    /// <summary>vpunpcklwd to, left, right: within each 128 bits, the lower 16-bit words of both in turn.</summary>
    internal void ZipLowWords(int to, int left, int right) => Evex(Map0F, Prefix66, 0x61, to, left, right);

    /// <summary>vpunpckhwd to, left, right: the upper words.</summary>
    internal void ZipHighWords(int to, int left, int right) => Evex(Map0F, Prefix66, 0x69, to, left, right);

    /// <summary>vpackssdw to, left, right: within each 128 bits, the integers of both as signed 16-bit words, with saturation.</summary>
    internal void PackWords(int to, int left, int right) => Evex(Map0F, Prefix66, 0x6B, to, left, right);

    /// <summary>vpackuswb to, left, right: within each 128 bits, the signed words of both as unsigned bytes, with saturation.</summary>
    internal void PackBytes(int to, int left, int right) => Evex(Map0F, Prefix66, 0x67, to, left, right);

    /// <summary>vpaddsw to, left, [right]: signed words, with saturation.</summary>
    internal void AddWords(int to, int left, MemoryOperand right) => Evex(Map0F, Prefix66, 0xED, to, left, right, 64);

    /// <summary>vpmaxub to, left, [right]: unsigned bytes.</summary>
    internal void MaximumBytes(int to, int left, MemoryOperand right) => Evex(Map0F, Prefix66, 0xDE, to, left, right, 64);

    /// <summary>vpunpcklbw to, left, [right].</summary>
    internal void ZipLowBytes(int to, int left, MemoryOperand right) => Evex(Map0F, Prefix66, 0x60, to, left, right, 64);

    /// <summary>vpunpckhbw to, left, [right].</summary>
    internal void ZipHighBytes(int to, int left, MemoryOperand right) => Evex(Map0F, Prefix66, 0x68, to, left, right, 64);

    /// <summary>vpackuswb to, left, [right].</summary>
    internal void PackBytes(int to, int left, MemoryOperand right) => Evex(Map0F, Prefix66, 0x67, to, left, right, 64);

    /// <summary>vpaddsw to, left, right: signed words, with saturation.</summary>
    internal void AddWords(int to, int left, int right) => Evex(Map0F, Prefix66, 0xED, to, left, right);

    /// <summary>vpmaxub to, left, right: unsigned bytes.</summary>
    internal void MaximumBytes(int to, int left, int right) => Evex(Map0F, Prefix66, 0xDE, to, left, right);

    /// <summary>vpminub to, left, right: unsigned bytes.</summary>
    internal void MinimumBytes(int to, int left, int right) => Evex(Map0F, Prefix66, 0xDA, to, left, right);

    /// <summary>vpminub to, left, [right].</summary>
    internal void MinimumBytes(int to, int left, MemoryOperand right) => Evex(Map0F, Prefix66, 0xDA, to, left, right, 64);

    /// <summary>vpandd to, left, right.</summary>
    internal void And(int to, int left, int right) => Evex(Map0F, Prefix66, 0xDB, to, left, right);

    /// <summary>vpslld to, from, count: 32-bit lanes.</summary>
    internal void ShiftIntegersLeft(int to, int from, byte count)
    {
        Evex(Map0F, Prefix66, 0x72, 6, to, from);
        Byte(count);
    }

    /// <summary>vminps to, left, [right]{1to16}.</summary>
    internal void Minimum(int to, int left, MemoryOperand right) => Evex(Map0F, NoPrefix, 0x5D, to, left, right, 4, broadcast: true);

    /// <summary>kmovq mask, [from]; the one instruction with a VEX prefix.</summary>
    internal void LoadMask(int mask, MemoryOperand from)
    {
        Byte(0xC4);
        Byte((byte)(0x80 | (~(int)(from.Index ?? 0) >> 3 & 1) << 6 | (~(int)from.Base >> 3 & 1) << 5 | Map0F));
        Byte(0xF8);
        Byte(0x90);
        ModMemory(mask, from, 1);
    }

    private void Evex(int map, int prefix, byte operation, int register, int second, MemoryOperand memory, int unit, int bits = Bits512, bool broadcast = false, int mask = 0)
    {
        Prefix(map, prefix, register, second, (int)memory.Base >> 3, (int)(memory.Index ?? 0) >> 3, bits, broadcast, mask);
        Byte(operation);
        ModMemory(register, memory, unit);
    }

    private void Evex(int map, int prefix, byte operation, int register, int second, int third)
    {
        Prefix(map, prefix, register, second, third >> 3, third >> 4, Bits512, false, 0);
        Byte(operation);
        ModRegister(register, third);
    }

    /// <summary>The four bytes of the prefix. The upper bits of the register numbers stand inverted in it.</summary>
    private void Prefix(int map, int prefix, int register, int second, int b, int x, int bits, bool broadcast, int mask)
    {
        Byte(0x62);
        Byte((byte)((~register >> 3 & 1) << 7 | (~x & 1) << 6 | (~b & 1) << 5 | (~register >> 4 & 1) << 4 | map));
        Byte((byte)((~second & 15) << 3 | 4 | prefix));
        Byte((byte)(bits << 5 | (broadcast ? 1 : 0) << 4 | (~second >> 4 & 1) << 3 | mask));
    }
}
