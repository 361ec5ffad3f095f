namespace ModelBuild.Kernels;

/// <summary>Writes x86-64 instructions: the few that the generated routines use. Vectors are numbered 0 to 31, masks 0 to 7.</summary>
internal sealed partial class Assembler
{
    private byte[] _code = new byte[1024];

    /// <summary>The number of bytes so far, which is the place of the next instruction.</summary>
    internal int Length { get; private set; }

    /// <summary>The code.</summary>
    internal ReadOnlySpan<byte> Code => _code.AsSpan(0, Length);

    /// <summary>mov to, from.</summary>
    internal void Move(GeneralRegister to, GeneralRegister from)
    {
        Rex((int)from, 0, (int)to);
        Byte(0x89);
        ModRegister((int)from, (int)to);
    }

    /// <summary>mov to, [from].</summary>
    internal void Load(GeneralRegister to, MemoryOperand from) => Scalar(0x8B, (int)to, from);

    /// <summary>mov [to], from.</summary>
    internal void Store(MemoryOperand to, GeneralRegister from) => Scalar(0x89, (int)from, to);

    /// <summary>lea to, [address].</summary>
    internal void LoadAddress(GeneralRegister to, MemoryOperand address) => Scalar(0x8D, (int)to, address);

    /// <summary>add to, from.</summary>
    internal void Add(GeneralRegister to, GeneralRegister from)
    {
        Rex((int)from, 0, (int)to);
        Byte(0x01);
        ModRegister((int)from, (int)to);
    }

    /// <summary>add to, [from].</summary>
    internal void Add(GeneralRegister to, MemoryOperand from) => Scalar(0x03, (int)to, from);

    /// <summary>add to, immediate.</summary>
    internal void Add(GeneralRegister to, int immediate) => Immediate(0, to, immediate);

    /// <summary>sub from, immediate; sets the flags.</summary>
    internal void Subtract(GeneralRegister from, int immediate) => Immediate(5, from, immediate);

    /// <summary>cmp register, immediate.</summary>
    internal void Compare(GeneralRegister register, int immediate) => Immediate(7, register, immediate);

    /// <summary>cmp register, [memory].</summary>
    internal void Compare(GeneralRegister register, MemoryOperand memory) => Scalar(0x3B, (int)register, memory);

    /// <summary>cmp qword [memory], immediate of 8 bits.</summary>
    internal void Compare(MemoryOperand memory, sbyte immediate)
    {
        Scalar(0x83, 7, memory);
        Byte((byte)immediate);
    }

    /// <summary>sub qword [from], immediate of 8 bits; sets the flags.</summary>
    internal void Subtract(MemoryOperand from, sbyte immediate)
    {
        Scalar(0x83, 5, from);
        Byte((byte)immediate);
    }

    /// <summary>jnz to a place that is already known.</summary>
    internal void JumpIfNotZero(int target) => Jump(0x85, target);

    /// <summary>jae (unsigned: not below) to a place that is already known.</summary>
    internal void JumpIfNotBelow(int target) => Jump(0x83, target);

    /// <summary>jb (unsigned: below) to a place that is already known.</summary>
    internal void JumpIfBelow(int target) => Jump(0x82, target);

    /// <summary>jae (unsigned: not below) forward; <see cref="Land"/> with the result sets the target.</summary>
    internal int JumpIfNotBelow() => Jump(0x83, Length);

    /// <summary>jmp forward; <see cref="Land"/> with the result sets the target.</summary>
    internal int Jump()
    {
        Byte(0xE9);
        Int(0);
        return Length;
    }

    /// <summary>jmp.</summary>
    internal void Jump(int target)
    {
        Byte(0xE9);
        Int(target - (Length + 4));
    }

    /// <summary>jz forward; <see cref="Land"/> with the result sets the target.</summary>
    internal int JumpIfZero() => Jump(0x84, Length);

    /// <summary>jb (unsigned: below) forward; <see cref="Land"/> with the result sets the target.</summary>
    internal int JumpIfBelow() => Jump(0x82, Length);

    /// <summary>Makes the next instruction the target of a forward jump.</summary>
    internal void Land(int jump) => BitConverter.TryWriteBytes(_code.AsSpan(jump - 4, 4), Length - jump);

    /// <summary>endbr64: a place that may be called where the processor checks such places.</summary>
    internal void BranchTarget() => Bytes([0xF3, 0x0F, 0x1E, 0xFA]);

    /// <summary>vzeroupper.</summary>
    internal void ZeroUpper() => Bytes([0xC5, 0xF8, 0x77]);

    /// <summary>xgetbv: register ecx of the extended control registers to edx:eax.</summary>
    internal void GetExtendedControl() => Bytes([0x0F, 0x01, 0xD0]);

    /// <summary>shl register, count.</summary>
    internal void ShiftLeft(GeneralRegister register, byte count)
    {
        Rex(4, 0, (int)register);
        Byte(0xC1);
        ModRegister(4, (int)register);
        Byte(count);
    }

    /// <summary>xor register, register, 32 bits wide: zero.</summary>
    internal void Clear(GeneralRegister register)
    {
        int number = (int)register;
        if (number > 7)
        {
            Byte(0x45);
        }

        Byte(0x31);
        ModRegister(number, number);
    }

    /// <summary>ret.</summary>
    internal void Return() => Byte(0xC3);

    /// <summary>Fills up with nop until the place is a multiple of <paramref name="alignment"/>.</summary>
    internal void Align(int alignment)
    {
        // The forms that one decoder takes in one go, as the manuals of both makers recommend them.
        ReadOnlySpan<byte> nops = [0x0F, 0x1F, 0x84, 0, 0, 0, 0, 0];
        int fill = -Length & (alignment - 1);
        for (; fill >= nops.Length; fill -= nops.Length)
        {
            Bytes(nops);
        }

        for (; fill > 0; fill--)
        {
            Byte(0x90);
        }
    }

    private int Jump(byte condition, int target)
    {
        Byte(0x0F);
        Byte(condition);
        Int(target - (Length + 4));
        return Length;
    }

    private void Immediate(int operation, GeneralRegister register, int immediate)
    {
        bool isShort = immediate == (sbyte)immediate;
        Rex(operation, 0, (int)register);
        Byte(isShort ? (byte)0x83 : (byte)0x81);
        ModRegister(operation, (int)register);
        if (isShort)
        {
            Byte((byte)immediate);
        }
        else
        {
            Int(immediate);
        }
    }

    private void Scalar(byte operation, int register, MemoryOperand memory)
    {
        Rex(register, (int)(memory.Index ?? 0), (int)memory.Base);
        Byte(operation);
        ModMemory(register, memory, 1);
    }

    /// <summary>The prefix of 64-bit operations with the fourth bits of the register numbers.</summary>
    private void Rex(int register, int index, int @base) => Byte((byte)(0x48 | (register >> 3 & 1) << 2 | (index >> 3 & 1) << 1 | (@base >> 3 & 1)));

    private void ModRegister(int register, int other) => Byte((byte)(0xC0 | (register & 7) << 3 | (other & 7)));

    /// <summary>ModRM, SIB and displacement; short displacements count in units of <paramref name="unit"/> bytes.</summary>
    private void ModMemory(int register, MemoryOperand memory, int unit)
    {
        int @base = (int)memory.Base & 7;
        int scaled = memory.Displacement / unit;
        bool isShort = scaled == (sbyte)scaled && scaled * unit == memory.Displacement;

        // Without a displacement, number 5 as base means something else.
        int mode = memory.Displacement == 0 && @base != 5 ? 0 : isShort ? 1 : 2;
        bool hasSib = memory.Index is not null || @base == 4;
        Byte((byte)(mode << 6 | (register & 7) << 3 | (hasSib ? 4 : @base)));
        if (hasSib)
        {
            int index = memory.Index is { } used ? (int)used & 7 : 4;
            Byte((byte)(int.Log2(memory.Scale) << 6 | index << 3 | @base));
        }

        if (mode == 1)
        {
            Byte((byte)scaled);
        }
        else if (mode == 2)
        {
            Int(memory.Displacement);
        }
    }

    private void Int(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        Bytes(bytes);
    }

    private void Bytes(ReadOnlySpan<byte> values)
    {
        foreach (byte value in values)
        {
            Byte(value);
        }
    }

    private void Byte(byte value)
    {
        if (Length == _code.Length)
        {
            Array.Resize(ref _code, 2 * Length);
        }

        _code[Length++] = value;
    }
}
