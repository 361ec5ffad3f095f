using ModelBuild.Kernels;
using static ModelBuild.Kernels.GeneralRegister;

namespace ModelBuild.Runtime.Tests.Kernels.MachineCode;

/// <summary>Every method of the assembler against the bytes that another assembler (llvm-mc) writes for the same instruction.</summary>
public sealed class AssemblerTests
{
    private static readonly Dictionary<string, (string Bytes, Action<Assembler> Write)> s_instructions = new()
    {
        ["mov rcx, rdi"] = ("48 89 f9", a => a.Move(Rcx, Rdi)),
        ["mov r11, rsi"] = ("49 89 f3", a => a.Move(R11, Rsi)),
        ["mov rbx, [rcx]"] = ("48 8b 19", a => a.Load(Rbx, MemoryOperand.At(Rcx))),
        ["mov r10, [rcx+8]"] = ("4c 8b 51 08", a => a.Load(R10, MemoryOperand.At(Rcx, 8))),
        ["mov r8, [r13]"] = ("4d 8b 45 00", a => a.Load(R8, MemoryOperand.At(R13))),
        ["mov rax, [r12+1024]"] = ("49 8b 84 24 00 04 00 00", a => a.Load(Rax, MemoryOperand.At(R12, 1024))),
        ["mov [rbp], rdx"] = ("48 89 55 00", a => a.Store(MemoryOperand.At(Rbp), Rdx)),
        ["mov [rcx+16], r15"] = ("4c 89 79 10", a => a.Store(MemoryOperand.At(Rcx, 16), R15)),
        ["lea rdx, [rax+rax*2]"] = ("48 8d 14 40", a => a.LoadAddress(Rdx, new MemoryOperand(Rax, Rax, 2, 0))),
        ["lea rsi, [r11+rax*4]"] = ("49 8d 34 83", a => a.LoadAddress(Rsi, new MemoryOperand(R11, Rax, 4, 0))),
        ["lea r9, [r13+r12-8]"] = ("4f 8d 4c 25 f8", a => a.LoadAddress(R9, new MemoryOperand(R13, R12, 1, -8))),
        ["add rsi, rax"] = ("48 01 c6", a => a.Add(Rsi, Rax)),
        ["add r11, rdx"] = ("49 01 d3", a => a.Add(R11, Rdx)),
        ["add r11, [rcx+24]"] = ("4c 03 59 18", a => a.Add(R11, MemoryOperand.At(Rcx, 24))),
        ["add r8, 64"] = ("49 83 c0 40", a => a.Add(R8, 64)),
        ["add r8, 256"] = ("49 81 c0 00 01 00 00", a => a.Add(R8, 256)),
        ["add rax, -1"] = ("48 83 c0 ff", a => a.Add(Rax, -1)),
        ["sub r10, 1"] = ("49 83 ea 01", a => a.Subtract(R10, 1)),
        ["sub rdi, 1000"] = ("48 81 ef e8 03 00 00", a => a.Subtract(Rdi, 1000)),
        ["cmp r10, 4"] = ("49 83 fa 04", a => a.Compare(R10, 4)),
        ["cmp r10, [rcx+32]"] = ("4c 3b 51 20", a => a.Compare(R10, MemoryOperand.At(Rcx, 32))),
        ["cmp qword [r10+56], 0"] = ("49 83 7a 38 00", a => a.Compare(MemoryOperand.At(R10, 56), 0)),
        ["sub qword [rcx+32], 1"] = ("48 83 69 20 01", a => a.Subtract(MemoryOperand.At(Rcx, 32), 1)),
        ["shl rdx, 32"] = ("48 c1 e2 20", a => a.ShiftLeft(Rdx, 32)),
        ["xor ecx, ecx"] = ("31 c9", a => a.Clear(Rcx)),
        ["xor r9d, r9d"] = ("45 31 c9", a => a.Clear(R9)),
        ["xgetbv"] = ("0f 01 d0", a => a.GetExtendedControl()),
        ["vzeroupper"] = ("c5 f8 77", a => a.ZeroUpper()),
        ["endbr64"] = ("f3 0f 1e fa", a => a.BranchTarget()),
        ["ret"] = ("c3", a => a.Return()),
        ["vmovdqu32 zmm16, [r8]"] = ("62 c1 7e 48 6f 00", a => a.LoadVector(16, MemoryOperand.At(R8))),
        ["vmovdqu32 zmm2, [r8+r9*2+64]"] = ("62 91 7e 48 6f 54 48 01", a => a.LoadVector(2, new MemoryOperand(R8, R9, 2, 64))),
        ["vmovdqu32 zmm31, [r8+r9+100]"] = ("62 01 7e 48 6f bc 08 64 00 00 00", a => a.LoadVector(31, new MemoryOperand(R8, R9, 1, 100))),
        ["vmovdqu32 [r10+128], zmm17"] = ("62 c1 7e 48 7f 4a 02", a => a.StoreVector(MemoryOperand.At(R10, 128), 17)),
        ["vmovups xmm6, [rcx+48]"] = ("62 f1 7c 08 10 71 03", a => a.LoadVector128(6, MemoryOperand.At(Rcx, 48))),
        ["vmovups [rcx+192], xmm15"] = ("62 71 7c 08 11 79 0c", a => a.StoreVector128(MemoryOperand.At(Rcx, 192), 15)),
        ["vmovdqu8 [r10+16]{k1}, xmm18"] = ("62 c1 7f 09 7f 52 01", a => a.StoreBytes128(MemoryOperand.At(R10, 16), 1, 18)),
        ["vmovdqa32 zmm20, zmm5"] = ("62 e1 7d 48 6f e5", a => a.MoveVector(20, 5)),
        ["vmovdqa32 zmm5, zmm20"] = ("62 b1 7d 48 6f ec", a => a.MoveVector(5, 20)),
        ["vpxord zmm30, zmm30, zmm30"] = ("62 01 0d 40 ef f6", a => a.ClearVector(30)),
        ["vpbroadcastd zmm3, [r11]"] = ("62 d2 7d 48 58 1b", a => a.Broadcast(3, MemoryOperand.At(R11))),
        ["vpbroadcastd zmm28, [rsi+rax*4+4]"] = ("62 62 7d 48 58 64 86 01", a => a.Broadcast(28, new MemoryOperand(Rsi, Rax, 4, 4))),
        ["vpbroadcastd zmm10, [r13+r12*2+6]"] = ("62 12 7d 48 58 94 65 06 00 00 00", a => a.Broadcast(10, new MemoryOperand(R13, R12, 2, 6))),
        ["vpdpbusd zmm16, zmm3, zmm31"] = ("62 82 65 48 50 c7", a => a.Dot(16, 3, 31)),
        ["vpdpbusd zmm1, zmm29, zmm9"] = ("62 d2 15 40 50 c9", a => a.Dot(1, 29, 9)),
        ["vpaddd zmm16, zmm1, zmm24"] = ("62 81 75 48 fe c0", a => a.AddIntegers(16, 1, 24)),
        ["vcvtdq2ps zmm4, zmm21"] = ("62 b1 7c 48 5b e5", a => a.IntegersToFloats(4, 21)),
        ["vcvtps2dq zmm21, zmm4"] = ("62 e1 7d 48 5b ec", a => a.FloatsToIntegers(21, 4)),
        ["vmulps zmm16, zmm16, zmm0"] = ("62 e1 7c 40 59 c0", a => a.Multiply(16, 16, 0)),
        ["vminps zmm16, zmm17, [rcx+116]{1to16}"] = ("62 e1 74 50 5d 41 1d", a => a.Minimum(16, 17, MemoryOperand.At(Rcx, 116))),
        ["vmovdqu8 [r11]{k2}, zmm28"] = ("62 41 7f 4a 7f 23", a => a.StoreBytes512(MemoryOperand.At(R11), 2, 28)),
        ["vmulps zmm28, zmm28, [rcx+512]"] = ("62 61 1c 40 59 61 08", a => a.Multiply(28, 28, MemoryOperand.At(Rcx, 512))),
        ["vpunpcklbw zmm4, zmm1, zmm18"] = ("62 b1 75 48 60 e2", a => a.ZipLowBytes(4, 1, 18)),
        ["vpunpckhbw zmm5, zmm17, zmm2"] = ("62 f1 75 40 68 ea", a => a.ZipHighBytes(5, 17, 2)),
        ["vpunpcklwd zmm3, zmm4, zmm1"] = ("62 f1 5d 48 61 d9", a => a.ZipLowWords(3, 4, 1)),
        ["vpunpckhwd zmm20, zmm5, zmm2"] = ("62 e1 55 48 69 e2", a => a.ZipHighWords(20, 5, 2)),
        ["vpackssdw zmm28, zmm28, zmm29"] = ("62 01 1d 40 6b e5", a => a.PackWords(28, 28, 29)),
        ["vpackuswb zmm28, zmm28, zmm30"] = ("62 01 1d 40 67 e6", a => a.PackBytes(28, 28, 30)),
        ["vpaddsw zmm28, zmm28, [rcx+128]"] = ("62 61 1d 40 ed 61 02", a => a.AddWords(28, 28, MemoryOperand.At(Rcx, 128))),
        ["vpmaxub zmm28, zmm28, [rcx+192]"] = ("62 61 1d 40 de 61 03", a => a.MaximumBytes(28, 28, MemoryOperand.At(Rcx, 192))),
        ["kmovq k2, [r9+124]"] = ("c4 c1 f8 90 51 7c", a => a.LoadMask(2, MemoryOperand.At(R9, 124))),
        ["vmovdqu32 [r10+64]{k1}, zmm17"] = ("62 c1 7e 49 7f 4a 01", a => a.StoreIntegers(MemoryOperand.At(R10, 64), 1, 17)),
        ["vmovdqu8 [r10+32]{k1}, ymm18"] = ("62 c1 7f 29 7f 52 01", a => a.StoreBytes256(MemoryOperand.At(R10, 32), 1, 18)),
        ["vaddps zmm16, zmm17, [r8+64]"] = ("62 c1 74 40 58 40 01", a => a.Add(16, 17, MemoryOperand.At(R8, 64))),
        ["vpermd zmm16, zmm3, zmm17"] = ("62 a2 65 48 36 c1", a => a.Permute(16, 3, 17)),
        ["vextracti32x4 xmm17, zmm16, 3"] = ("62 a3 7d 48 39 c1 03", a => a.Extract128(17, 16, 3)),
        ["vextracti32x8 ymm17, zmm16, 1"] = ("62 a3 7d 48 3b c1 01", a => a.Extract256(17, 16, 1)),
        ["vpunpcklbw zmm26, zmm27, [rdx+r10]"] = ("62 21 25 40 60 14 12", a => a.ZipLowBytes(26, 27, new MemoryOperand(Rdx, R10, 1, 0))),
        ["vpunpckhbw zmm27, zmm26, [r9+r10]"] = ("62 01 2d 40 68 1c 11", a => a.ZipHighBytes(27, 26, new MemoryOperand(R9, R10, 1, 0))),
        ["vpackuswb zmm2, zmm6, [rdi+64]"] = ("62 f1 4d 48 67 57 01", a => a.PackBytes(2, 6, MemoryOperand.At(Rdi, 64))),
        ["vpaddsw zmm2, zmm8, zmm29"] = ("62 91 3d 48 ed d5", a => a.AddWords(2, 8, 29)),
        ["vpmaxub zmm2, zmm17, zmm30"] = ("62 91 75 40 de d6", a => a.MaximumBytes(2, 17, 30)),
        ["vpminub zmm22, zmm3, zmm31"] = ("62 81 65 48 da f7", a => a.MinimumBytes(22, 3, 31)),
        ["vpminub zmm28, zmm28, [rcx+1536]"] = ("62 61 1d 40 da 61 18", a => a.MinimumBytes(28, 28, MemoryOperand.At(Rcx, 1536))),
        ["vpandd zmm18, zmm9, zmm26"] = ("62 81 35 48 db d2", a => a.And(18, 9, 26)),
        ["vpslld zmm18, zmm12, 8"] = ("62 d1 6d 40 72 f4 08", a => a.ShiftIntegersLeft(18, 12, 8)),
        ["kmovq k1, [rcx+96]"] = ("c4 e1 f8 90 49 60", a => a.LoadMask(1, MemoryOperand.At(Rcx, 96))),
    };

    public static TheoryData<string> Instructions => [.. s_instructions.Keys];

    [Theory]
    [MemberData(nameof(Instructions))]
    public void InstructionsAreThoseOfAnotherAssembler(string instruction)
    {
        Assembler assembler = new();
        s_instructions[instruction].Write(assembler);
        Assert.Equal(Convert.FromHexString(s_instructions[instruction].Bytes.Replace(" ", string.Empty, StringComparison.Ordinal)), assembler.Code.ToArray());
    }

    [Fact]
    public void JumpsCountFromTheirEnd()
    {
        Assembler assembler = new();
        int start = assembler.Length;
        assembler.Return();
        assembler.JumpIfNotZero(start);
        assembler.JumpIfNotBelow(start);
        int zero = assembler.JumpIfZero();
        int below = assembler.JumpIfBelow();
        assembler.Land(zero);
        assembler.Return();
        assembler.Land(below);
        Assert.Equal(
            Convert.FromHexString("C3" + "0F85F9FFFFFF" + "0F83F3FFFFFF" + "0F8406000000" + "0F8201000000" + "C3"), assembler.Code.ToArray());
    }

    [Fact]
    public void JumpsThatTestTheCarryAndNothingCountFromTheirEnd()
    {
        Assembler assembler = new();
        int start = assembler.Length;
        assembler.Return();
        assembler.JumpIfBelow(start);
        int notBelow = assembler.JumpIfNotBelow();
        int always = assembler.Jump();
        assembler.Land(notBelow);
        assembler.Return();
        assembler.Land(always);
        assembler.Jump(start);
        Assert.Equal(Convert.FromHexString("C3" + "0F82F9FFFFFF" + "0F8305000000" + "E901000000" + "C3" + "E9E8FFFFFF"), assembler.Code.ToArray());
    }

    [Fact]
    public void FillIsNops()
    {
        Assembler assembler = new();
        assembler.Return();
        assembler.Align(16);
        Assert.Equal(Convert.FromHexString("C3" + "0F1F840000000000" + "90909090909090"), assembler.Code.ToArray());
    }
}
